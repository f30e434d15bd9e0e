//! The search field: leads to the one thing that is called so, else to the catalogue.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get};
use yaosu_api::words::Language;
use yaosu_ledger::Height;
use yaosu_ledger::state::{
    Assets, Attestations, Demands, Freezes, Licences, Listings, Negotiations, Orders, Proposals, Recalls,
};

use super::room::with_query;
use super::route::prefix;
use crate::http::api::Api;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reference::{find, find_participant};
use crate::http::transactions;
use crate::http::view::View;

/// `?q=`: a height, a handle, an identifier or its beginning, or words of the catalogue.
pub fn route(language: Language) -> MethodRouter<Api> {
    get(async move |State(api): State<Api>, call: Call| -> Result<Response, ApiError> {
        let text = call.query(&["q"])?.text("q").unwrap_or("").trim().to_owned();
        let path = api.read(move |view| Ok(place(view, &text))).await?;
        Ok(Redirect::to(&format!("{}{path}", prefix(language))).into_response())
    })
}

fn place(view: &View, text: &str) -> String {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let height = text.parse().ok().map(Height).filter(|_| is_number);
    if let Some(height) = height.filter(|height| (Height(1)..=view.height()).contains(height)) {
        return format!("/blocks/{height}");
    }
    if let Ok(id) = find_participant(view.state(), text) {
        return format!("/participants/{id}");
    }
    let state = view.state();
    macro_rules! try_all {
        ($($table:ty, $path:literal;)*) => {$(
            if let Ok((id, _)) = find::<$table>(state, "thing", text) {
                return format!("/{}/{id}", $path);
            }
        )*};
    }
    try_all! {
        Assets, "assets"; Listings, "listings"; Orders, "orders"; Licences, "licences"; Negotiations, "negotiations";
        Demands, "demands"; Proposals, "proposals"; Attestations, "attestations"; Freezes, "freezes"; Recalls, "recalls";
    }
    if let Ok(id) = transactions::find(view, text)
        && let Ok(Some(_)) = view.store().find_transaction(id)
    {
        return format!("/transactions/{id}");
    }
    with_query("/assets", [("q", text)].into_iter().filter(|(_, text)| !text.is_empty()))
}
