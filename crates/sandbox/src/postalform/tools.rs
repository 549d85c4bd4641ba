//! The tools of the server at `/mcp`.

use edgepost_core::operation::Operation;
use edgepost_core::postalform::{CREATE_PDF_UPLOAD, GET_FORM_SCHEMA, GET_ORDER_STATUS, LIST_FORMS, SEARCH_ADDRESSES};
use edgepost_core::prepare::validate;
use edgepost_core::report::Severity;
use edgepost_core::schema::{Mode, Shape};
use serde_json::{Map, Value, json};

use super::mcp::{self, Work};
use super::{PostalForm, places, refusal, upload};
use crate::route::{Call, Endpoint};

/// A tool.
pub(super) struct Tool {
    pub(super) endpoint: Endpoint,
    pub(super) work: Work,
}

/// All of them.
pub(super) static TOOLS: [&Tool; 5] = [&SEARCHING, &UPLOADING, &STANDING, &LISTING, &DESCRIBING];

static SEARCHING: Tool = Tool {
    endpoint: Endpoint {
        operation: &SEARCH_ADDRESSES,
        run: |sandbox, call| mcp::worked(sandbox, call, &SEARCHING),
        refusals: &[&refusal::COMMON],
        refuse: refusal::response,
    },
    work: |_, _, arguments| Ok(places::search(arguments)),
};

static UPLOADING: Tool = Tool {
    endpoint: Endpoint {
        operation: &CREATE_PDF_UPLOAD,
        run: |sandbox, call| mcp::worked(sandbox, call, &UPLOADING),
        refusals: &[&refusal::COMMON],
        refuse: refusal::response,
    },
    work: |provider, call, arguments| Ok(upload::created(provider, call, arguments)),
};

static STANDING: Tool = Tool {
    endpoint: Endpoint {
        operation: &GET_ORDER_STATUS,
        run: |sandbox, call| mcp::worked(sandbox, call, &STANDING),
        refusals: &[&refusal::COMMON],
        refuse: refusal::response,
    },
    work: standing,
};

static LISTING: Tool = Tool {
    endpoint: Endpoint {
        operation: &LIST_FORMS,
        run: |sandbox, call| mcp::worked(sandbox, call, &LISTING),
        refusals: &[&refusal::COMMON],
        refuse: refusal::response,
    },
    work: listed,
};

static DESCRIBING: Tool = Tool {
    endpoint: Endpoint {
        operation: &GET_FORM_SCHEMA,
        run: |sandbox, call| mcp::worked(sandbox, call, &DESCRIBING),
        refusals: &[&refusal::COMMON],
        refuse: refusal::response,
    },
    work: described,
};

/// The tool of this name.
pub(super) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.into_iter().find(|tool| tool.operation().name == name)
}

impl Tool {
    fn operation(&self) -> &'static Operation {
        self.endpoint.operation
    }

    /// What is wrong with arguments, in a sentence; empty if nothing is.
    pub(super) fn faults(&self, arguments: &Value) -> String {
        let report = validate(self.operation(), arguments.to_string().as_bytes(), Mode::Strict);
        let errors = report.issues.iter().filter(|issue| issue.severity == Severity::Error);
        let errors: Vec<String> = errors.map(|issue| format!("{}: {}", issue.path, issue.message())).collect();
        errors.join("; ")
    }

    /// What the server says of it.
    pub(super) fn described(&self) -> Value {
        let fields = self.operation().input.fields;
        let properties: Map<String, Value> = fields
            .iter()
            .map(|field| {
                let kind = if matches!(field.shape, Shape::Count(_)) { "integer" } else { "string" };
                (field.name.to_owned(), json!({ "type": kind }))
            })
            .collect();
        let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        json!({
            "name": self.operation().name,
            "inputSchema": { "type": "object", "properties": properties, "required": required },
        })
    }
}

/// PFD-017: orders of programs are not told of here, and the sandbox has no others.
fn standing(_: &mut PostalForm, _: &Call<'_>, arguments: &Value) -> Result<Value, String> {
    Ok(json!({ "view": "order_status", "found": false, "order_id": arguments["order_id"] }))
}

/// Forms of the United States, by slug and name.
const FORMS: [(&str, &str); 3] = [
    ("8822", "IRS Form 8822, Change of Address"),
    ("4506-t", "IRS Form 4506-T, Request for Transcript of Tax Return"),
    ("ss-4", "IRS Form SS-4, Application for Employer Identification Number"),
];

/// How many forms are listed at once, if nothing is said.
const USUAL: usize = 50;

fn listed(_: &mut PostalForm, _: &Call<'_>, arguments: &Value) -> Result<Value, String> {
    let wanted = text(arguments, "q").to_lowercase();
    let limit = arguments["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(USUAL);
    let from = match text(arguments, "cursor") {
        "" => 0,
        cursor => cursor.parse().map_err(|_| "The cursor is none of this list.".to_owned())?,
    };
    let found = |form: &&(&str, &str)| form.0.contains(&*wanted) || form.1.to_lowercase().contains(&*wanted);
    let found: Vec<_> = FORMS.iter().filter(found).collect();
    let view = |form: &&(&str, &str)| json!({ "slug": form.0, "name": form.1, "certified_mail": "optional", "recipient_mode": "computed" });
    let page: Vec<Value> = found.iter().skip(from).take(limit).map(view).collect();
    let next = from.saturating_add(page.len());
    let next_cursor = (next < found.len()).then(|| next.to_string());
    Ok(json!({ "forms": page, "next_cursor": next_cursor }))
}

fn described(_: &mut PostalForm, _: &Call<'_>, arguments: &Value) -> Result<Value, String> {
    let slug = text(arguments, "slug");
    let form = FORMS.iter().find(|form| form.0 == slug);
    let (slug, name) = form.ok_or_else(|| format!("There is no form {slug:?}."))?;
    Ok(json!({
        "schema_version": 1, "workflow_version": 1, "slug": slug, "name": name, "llms": true, "indexable": true,
        "certified_mail": "optional", "recipient": { "mode": "computed" }, "checkout_flow": "forms_order", "groups": [],
        "fields": [{ "key": "full_name", "label": "Name", "type": "text", "required": true }],
        "attachments": [], "attachments_max_total_size_mb": 20,
    }))
}

/// A text of the arguments; empty if it is not there.
pub(super) fn text<'a>(arguments: &'a Value, name: &str) -> &'a str {
    arguments[name].as_str().unwrap_or_default()
}
