//! A request as its handlers see it: path, query and headers, taken apart strictly.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query as UrlQuery, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use yaosu_api::ProblemCode;
use yaosu_api::words::Language::Chinese;
use yaosu_api::words::quoted;
use yaosu_ledger::Amount;

use super::places::ClientNetwork;
use super::problem::ApiError;

/// A request without its body.
#[derive(Debug)]
pub struct Call {
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    client: Option<ClientNetwork>,
    /// The headers.
    pub headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::new(ProblemCode::BadRequest, "the path is not UTF-8"))?
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let UrlQuery(query) = UrlQuery::try_from_uri(&parts.uri)
            .map_err(|_| ApiError::new(ProblemCode::BadRequest, "the query is not a list of name=value"))?;
        let client = parts.extensions.get().copied();
        Ok(Self { path, query, client, headers: parts.headers.clone() })
    }
}

impl Call {
    /// Who asks, as the limits count clients.
    ///
    /// # Errors
    /// 500, if the request came by another way than the accept loop.
    pub fn client(&self) -> Result<ClientNetwork, ApiError> {
        self.client.ok_or_else(|| ApiError::internal("a request came without the address of its client"))
    }

    /// What a page of the explorer asks of the contract: one thing, or a list.
    pub fn to(reference: &str, query: &[(String, String)]) -> Self {
        let path = BTreeMap::from([("ref".to_owned(), reference.to_owned())]);
        Self { path, query: query.to_vec(), client: None, headers: HeaderMap::new() }
    }

    /// All parameters that are not empty: a form sends every field.
    pub fn filled(&self) -> Vec<(String, String)> {
        self.query.iter().filter(|(_, value)| !value.is_empty()).cloned().collect()
    }

    /// A part of the path, by the name it has in the route.
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A part of the path as a value.
    ///
    /// # Errors
    /// 400 with the field, if it is none.
    pub fn parse_path<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, ApiError> {
        let text = self.path(name);
        text.parse().map_err(|error| wrong(name, text, &error))
    }

    /// A part of the path as a whole number.
    ///
    /// # Errors
    /// 400 with the field, if it is none.
    pub fn number_in_path<T: Whole>(&self, name: &str) -> Result<T, ApiError> {
        whole(name, self.path(name))
    }

    /// The query, which may hold these parameters, each once, and no others.
    ///
    /// # Errors
    /// 400 with the parameter that is unknown or stands twice.
    pub fn query(&self, known: &[&str]) -> Result<Query, ApiError> {
        let mut values = BTreeMap::new();
        for (name, value) in &self.query {
            if !known.contains(&name.as_str()) {
                let hint = if known.is_empty() {
                    ("this path takes no parameters".to_owned(), "此路径不接受任何参数".to_owned())
                } else {
                    let names = known.join(", ");
                    (format!("this path takes {names}"), format!("此路径接受的参数：{names}"))
                };
                let told = (format!("unknown parameter {name:?}"), format!("未知参数{}", quoted(name, Chinese)));
                return Err(ApiError::bad(name, told).with_hint(hint));
            }
            if values.insert(name.clone(), value.clone()).is_some() {
                let chinese = format!("参数{}重复", quoted(name, Chinese));
                return Err(ApiError::bad(name, (format!("parameter {name:?} stands twice"), chinese)));
            }
        }
        Ok(Query(values))
    }
}

/// The parameters of a query.
#[derive(Debug)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// A parameter's text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter's value.
    ///
    /// # Errors
    /// 400 with the field, if it is none of this type.
    pub fn parse<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|error| wrong(name, text, &error))
    }

    /// A parameter's value as a whole number.
    ///
    /// # Errors
    /// 400 with the field, if it is none.
    pub fn number<T: Whole>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.text(name).map(|text| whole(name, text)).transpose()
    }
}

/// An amount of money.
///
/// # Errors
/// 400 with the field, if it is none.
pub fn amount(query: &Query, name: &str) -> Result<Option<Amount>, ApiError> {
    let hint = (
        "an amount is a whole number of hundredths of the currency: 120000 is 1,200.00",
        "金额为以分计的整数：120000 即 1,200.00",
    );
    query.number(name).map(|number| number.map(Amount)).map_err(|error| error.with_hint(hint))
}

/// Whole numbers that a request may hold.
pub trait Whole: FromStr {
    /// The largest one.
    const MAX: u64;
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Whole for $number {
            const MAX: u64 = <$number>::MAX as u64;
        }
    )*};
}

whole!(u8, u32, u64, usize);

fn whole<T: Whole>(name: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| {
        let (max, in_quotes) = (T::MAX, quoted(text, Chinese));
        let english = format!("{text:?} is not a whole number from 0 to {max}");
        ApiError::bad(name, (english, format!("{in_quotes}不是 0 至 {max} 的整数")))
    })
}

/// A value that is none, with why. Some reasons quote the text themselves.
fn wrong(name: &str, text: &str, error: &impl Display) -> ApiError {
    let (in_quotes, reason) = (format!("{text:?}"), error.to_string());
    let english = if reason.starts_with(&in_quotes) { reason } else { format!("{in_quotes}: {reason}") };
    ApiError::bad(name, english)
}
