//! Pages for people.

use std::borrow::Cow;

use edgepost_core::digest;
use edgepost_core::http::Response;

use crate::answer::header;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#fff;--text:#1c1d21;--quiet:#5a5d66;--line:#c9ccd4;--notice:#fff3d1;\
--action:#0b57d0;--on-action:#fff;--wrong:#a3142a}\
@media(prefers-color-scheme:dark){:root{--ground:#16181d;--text:#ececf1;--quiet:#a9adb8;--line:#444853;\
--notice:#3a3115;--action:#8ab4f8;--on-action:#10131a;--wrong:#ff9aa5}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\
header{background:var(--notice)}\
header p,main{max-width:38rem;margin:0 auto;padding:.75rem 1rem}\
h1{font-size:1.5rem;line-height:1.25}\
h2{font-size:1.125rem;margin:1.5rem 0 .5rem}\
ul{padding-left:1.25rem}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1.5rem 0;border-top:1px solid var(--line);\
padding-top:1rem}\
dd{margin:0}\
blockquote{margin:1.5rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem;white-space:pre-wrap}\
form{display:flex;flex-wrap:wrap;gap:.75rem}\
.field{flex:1 0 100%;display:grid;gap:.25rem;margin:0}\
.field label{font-weight:600}\
.field span,dt{color:var(--quiet)}\
.field .error,[role=alert] a{color:var(--wrong)}\
[role=alert]{padding:.25rem 1rem;border:2px solid var(--wrong);border-radius:.5rem}\
input{font:inherit;min-height:2.75rem;padding:.5rem .75rem;border:1px solid var(--quiet);border-radius:.5rem;\
background:none;color:var(--text)}\
input[aria-invalid]{border-color:var(--wrong)}\
button{font:inherit;min-height:2.75rem;padding:.5rem 1.25rem;border:1px solid var(--action);border-radius:.5rem;\
cursor:pointer;background:none;color:var(--action)}\
button[value=pay],button[value=approve]{background:var(--action);color:var(--on-action)}\
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid var(--text);outline-offset:2px}";

/// A page. It loads nothing, runs nothing, and nobody keeps it.
///
/// `body` is HTML; `form_target` is where a form's answer may lead beside this origin.
pub(crate) fn page(status: u16, title: &str, body: &str, form_target: Option<&str>) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
        <title>{title} - sandbox</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
        <header><p><strong>This is a sandbox.</strong> No money moves, and nothing is printed or posted.</p></header>\n\
        <main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    let style = digest::field(STYLE.as_bytes()).replacen("sha-256=:", "sha256-", 1);
    let style = style.trim_end_matches(':');
    let forms = form_target.map_or_else(String::new, |target| format!(" {target}"));
    let policy = format!(
        "default-src 'none'; style-src '{style}'; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = vec![
        header("content-type", "text/html; charset=utf-8"),
        header("cache-control", "no-store"),
        header("content-security-policy", policy),
        header("referrer-policy", "no-referrer"),
        header("x-content-type-options", "nosniff"),
    ];
    Response { status, headers, body: html.into_bytes() }
}

/// A page of a few sentences.
pub(crate) fn sentences(status: u16, title: &str, sentences: &[&str]) -> Response {
    let body: String = sentences.iter().map(|sentence| format!("<p>{}</p>\n", escape(sentence))).collect();
    page(status, title, &body, None)
}

/// Sends a browser on after a form.
pub(crate) fn see_other(address: String) -> Response {
    let headers = vec![
        header("location", address),
        header("cache-control", "no-store"),
        header("referrer-policy", "no-referrer"),
    ];
    Response { status: 303, headers, body: Vec::new() }
}

/// An amount in hundredths of a currency, for people.
pub(crate) fn money(currency: &str, hundredths: i64) -> String {
    format!("{currency} {}.{:02}", hundredths / 100, hundredths % 100)
}

/// Text that stays text, in an element as well as in a quoted attribute.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::http;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("Pieter Post"), "Pieter Post");
        assert_eq!(escape("<b title=\"x\" id='y'>&"), "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
    }

    #[test]
    fn a_page_may_load_nothing_but_its_own_style() {
        let response = page(200, "<Title>", "<p>Text</p>\n", Some("https://shop.example"));
        let policy = http::header(&response.headers, "content-security-policy").unwrap();
        let hash = policy.split("style-src '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(hash.starts_with("sha256-") && hash.len() == 7 + 44, "{hash}");
        assert_eq!(
            policy.replace(hash, "HASH"),
            "default-src 'none'; style-src 'HASH'; form-action 'self' https://shop.example; base-uri 'none'; \
            frame-ancestors 'none'"
        );
        assert_eq!(http::header(&response.headers, "referrer-policy"), Some("no-referrer"));
        assert_eq!(http::header(&response.headers, "cache-control"), Some("no-store"));
        let html = String::from_utf8(response.body).unwrap();
        assert!(html.contains("<title>&lt;Title&gt; - sandbox</title>"));
        assert!(html.contains("<html lang=\"en\">") && html.contains("name=\"viewport\"") && !html.contains("<script"));
        let alone = page(200, "Title", "", None);
        let policy = http::header(&alone.headers, "content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self';"), "{policy}");
    }
}
