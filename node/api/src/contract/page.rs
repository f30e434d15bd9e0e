//! The page that shows the description to people. Works without scripts and loads nothing from elsewhere.

use std::fmt::Write as _;

use super::document::split;
use super::operation::{Method, Operation};
use super::parameter::Place;

/// How the page looks.
pub const STYLE: &str = include_str!("page.css");

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Yaosu: HTTP interface</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/v1/docs/style.css\"></head><body><main>\
         <h1>HTTP interface</h1><p>All types are in the <a href=\"/v1/openapi.json\">OpenAPI document</a>. What goes \
         wrong is told as <code>application/problem+json</code> with a stable <code>code</code>.</p><nav><ul>",
    );
    let mut tags: Vec<&str> = Operation::ALL.iter().map(|operation| operation.tag()).collect();
    tags.dedup();
    for tag in &tags {
        write(&mut page, format_args!("<li><a href=\"#{tag}\">{tag}</a></li>"));
    }
    page.push_str("</ul></nav>");
    for tag in tags {
        write(&mut page, format_args!("<section id=\"{tag}\"><h2>{tag}</h2>"));
        for operation in Operation::ALL.iter().filter(|operation| operation.tag() == tag) {
            show(&mut page, *operation);
        }
        page.push_str("</section>");
    }
    page.push_str("</main></body></html>\n");
    page
}

fn show(page: &mut String, operation: Operation) {
    let (name, path) = (operation.name(), operation.path());
    let method = if operation.method() == Method::Post { "POST" } else { "GET" };
    let (summary, more) = split(operation.description());
    write(page, format_args!("<article id=\"{name}\"><h3><b>{method}</b> <code>{path}</code></h3>"));
    write(page, format_args!("<p>{} {}</p>", escape(summary), escape(more)));
    if !operation.parameters().is_empty() {
        page.push_str(
            "<table><thead><tr><th>parameter</th><th>where</th><th>what</th><th>example</th></tr></thead><tbody>",
        );
        for parameter in operation.parameters() {
            let needed = if parameter.required && parameter.place != Place::Path { ", needed" } else { "" };
            write(
                page,
                format_args!(
                    "<tr><td><code>{}</code></td><td>{}{needed}</td><td>{}</td><td><code>{}</code></td></tr>",
                    parameter.name,
                    parameter.place.name(),
                    escape(parameter.description),
                    escape(parameter.example)
                ),
            );
        }
        page.push_str("</tbody></table>");
    }
    for body in operation.bodies() {
        write(page, format_args!("<p>Body, <code>{}</code>: {}</p>", body.content_type, escape(body.description)));
        if let Some(example) = body.example {
            write(page, format_args!("<pre>{}</pre>", escape(&format!("{:#}", example()))));
        }
    }
    let answer = operation.answer();
    for (status, meaning) in answer.statuses {
        let words = if answer.media.description.is_empty() { meaning } else { answer.media.description };
        write(page, format_args!("<p>{status}, <code>{}</code>: {}</p>", answer.media.content_type, escape(words)));
    }
    page.push_str("</article>");
}

fn write(page: &mut String, arguments: core::fmt::Arguments<'_>) {
    page.write_fmt(arguments).expect("writing to a string can't fail");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
