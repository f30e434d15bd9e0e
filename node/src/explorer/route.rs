//! Which path leads to which page, in which language and form.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Redirect, Response};
use axum::routing::{MethodRouter, get};
use maud::Markup;
use yaosu_api::ProblemCode;
use yaosu_api::words::{Language, quoted};
use yaosu_ledger::BlockId;

use super::csv::Table;
use super::room::Room;
use super::{
    asset, block, catalogue, files, find, home, layout, licence, listing, lists, network, openness, order, participant,
    subject, transaction, verify,
};
use crate::http::api::Api;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};
use crate::http::transactions::pending;
use crate::http::view::View;
use crate::search::Standing;

/// What a page may load: the one style sheet and the icon.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";

/// What paths begin with in a language.
pub const fn prefix(language: Language) -> &'static str {
    match language {
        Language::English => "",
        Language::Chinese => "/zh",
    }
}

/// A page without its frame.
pub struct Page {
    /// What it is about, for the title of the window.
    pub title: String,
    /// What it says.
    pub body: Markup,
    /// Whether it says something that depends on more than the state, such as an age.
    pub is_volatile: bool,
    /// Whether it has its style and its script in itself, so that it works from a disk too.
    pub is_alone: bool,
}

impl Page {
    /// A page that depends on the state alone, and loads its style from the node.
    pub const fn new(title: String, body: Markup) -> Self {
        Self { title, body, is_volatile: false, is_alone: false }
    }
}

/// Makes a form of a page.
type Maker<T> = fn(&Room, &Call) -> Result<T, ApiError>;

/// A page's address and forms.
pub struct Door {
    /// The path in English; `{ref}` may end in `.json` or `.csv`.
    pub path: &'static str,
    /// As a page.
    pub html: Maker<Page>,
    /// As JSON.
    pub json: Option<Maker<Reply>>,
    /// Its list as comma-separated values.
    pub csv: Option<Maker<Table>>,
}

/// A form of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Json,
    Csv,
}

static DOORS: [&Door; 22] = [
    &home::DOOR,
    &block::DOOR,
    &transaction::DOOR,
    &asset::DOOR,
    &catalogue::DOOR,
    &listing::DOOR,
    &order::DOOR,
    &licence::DOOR,
    &participant::DOOR,
    &network::DOOR,
    &openness::DOOR,
    &verify::DOOR,
    &lists::BLOCKS,
    &lists::LISTINGS,
    &lists::ORDERS,
    &lists::LICENCES,
    &lists::PARTICIPANTS,
    &lists::DEMANDS,
    &lists::NEGOTIATIONS,
    &lists::PROPOSALS,
    &lists::RECALLS,
    &lists::FREEZES,
];

/// The paths of the explorer.
pub fn routes() -> Router<Api> {
    let mut router = files::routes();
    for language in Language::ALL {
        let prefix = prefix(language);
        for door in DOORS.into_iter().chain(subject::DOORS) {
            let path = format!("{prefix}{}", door.path);
            if door.path.ends_with("{ref}") {
                router = router.route(&path, answer(door, language, None));
                continue;
            }
            let file = if door.path == "/" { format!("{path}index") } else { path.clone() };
            router = router.route(&path, answer(door, language, Some(Form::Html)));
            if door.json.is_some() {
                router = router.route(&format!("{file}.json"), answer(door, language, Some(Form::Json)));
            }
            if door.csv.is_some() {
                router = router.route(&format!("{file}.csv"), answer(door, language, Some(Form::Csv)));
            }
        }
        router = router.route(&format!("{prefix}/find"), find::route(language));
    }
    router.route("/zh", get(async || Redirect::permanent("/zh/")))
}

fn answer(door: &'static Door, language: Language, form: Option<Form>) -> MethodRouter<Api> {
    get(async move |State(api): State<Api>, call: Call| -> Result<Response, ApiError> {
        let headers = call.headers.clone();
        let (reference, form) = match form {
            Some(form) => (call.path("ref").to_owned(), form),
            None => take_form(call.path("ref")),
        };
        let path = door.path.replace("{ref}", &reference);
        let query = call.filled();
        let call = Call::to(&reference, &query);
        // Before the state is read: what is committed in between is found there.
        let pending = if door.path == transaction::DOOR.path { pending(&api, &reference).await? } else { None };
        let (reply, policy) = api
            .read(move |view| {
                let mut room = Room::new(view, language, path, query);
                room.pending = pending;
                Ok(reply(view, &room, door, form, &call))
            })
            .await?;
        let mut response = reply?.into_response(&headers);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        Ok(response)
    })
}

/// A page that says that there is no such page, in the language that the path begins with.
pub async fn no_page(api: &Api, path: String) -> Result<Response, ApiError> {
    let missing = ApiError::not_found((
        format!("there is no page {path:?}"),
        format!("没有页面{}", quoted(&path, Language::Chinese)),
    ));
    let (language, path) = match path.strip_prefix(prefix(Language::Chinese)) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (Language::Chinese, rest.to_owned()),
        _ => (Language::English, path),
    };
    let (status, html) = api
        .read(move |view| {
            let (status, html) = layout::error(&Room::new(view, language, path, Vec::new()), &missing);
            Ok((status, html.into_string().into_bytes()))
        })
        .await?;
    let mut response = Reply::text(HTML, html, Keep::No).with_status(status).into_response(&HeaderMap::new());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

fn take_form(reference: &str) -> (String, Form) {
    for (ending, form) in [(".json", Form::Json), (".csv", Form::Csv)] {
        if let Some(reference) = reference.strip_suffix(ending) {
            return (reference.to_owned(), form);
        }
    }
    (reference.to_owned(), Form::Html)
}

/// The answer with its policy. What is wrong with a page is a page too; with another form, a problem document.
fn reply(view: &View, room: &Room, door: &Door, form: Form, call: &Call) -> (Result<Reply, ApiError>, &'static str) {
    let block = shown_block(view, door);
    let no_form = || Err(ApiError::not_found(("there is no such form of this page", "本页没有这种格式")));
    let reply = match form {
        Form::Json => door.json.map_or_else(no_form, |json| json(room, call)),
        Form::Csv => {
            door.csv.map_or_else(no_form, |csv| Ok(Reply::text(CSV, csv(room, call)?.bytes(), page_keep(block, false))))
        }
        Form::Html => return page(block, room, door, call),
    };
    (reply, POLICY)
}

fn page(block: BlockId, room: &Room, door: &Door, call: &Call) -> (Result<Reply, ApiError>, &'static str) {
    match (door.html)(room, call) {
        Ok(page) => {
            let policy = if page.is_alone { files::POLICY_ALONE_SERVED.as_str() } else { POLICY };
            let keep = page_keep(block, page.is_volatile);
            let is_list = !door.path.ends_with("{ref}");
            let forms = layout::Forms { json: door.json.is_some(), csv: door.csv.is_some(), is_list };
            let html = layout::frame(room, &page, forms);
            (Ok(Reply::text(HTML, html.into_string().into_bytes(), keep)), policy)
        }
        // What fails inside goes to the log as everywhere.
        Err(error) if error.problem().status == ProblemCode::Internal.status() => (Err(error), POLICY),
        Err(error) => {
            let (status, html) = layout::error(room, &error);
            (Ok(Reply::text(HTML, html.into_string().into_bytes(), Keep::No).with_status(status)), POLICY)
        }
    }
}

/// The block whose state a page shows. The catalogue shows that of the index, which may be an earlier one: asked before
/// the page is made, so that a tag never says more than the page has.
fn shown_block(view: &View, door: &Door) -> BlockId {
    match view.handle().search().standing() {
        Standing::Ready(indexed) if std::ptr::eq(door, &raw const catalogue::DOOR) => indexed.tip.block,
        _ => view.tip().block,
    }
}

/// Until the next block, or the next program, which may have other words.
fn page_keep(block: BlockId, is_volatile: bool) -> Keep {
    if is_volatile { Keep::No } else { Keep::Tagged(format!("{block}.{}", env!("CARGO_PKG_VERSION"))) }
}
