//! Reference pages for people.

use std::fmt::Write;

use edgepost_core::check::Check;
use edgepost_core::operation::{OPERATIONS, Operation, Repeat};
use edgepost_core::report::Code;
use edgepost_core::schema::{Bound, Format, Object, Shape, Weight};

const MADE: &str = "<!-- Made from the operation tables by `cargo xtask generate`. Do not edit. -->\n\n";

/// `docs/codes.md`: every kind of issue.
pub fn codes() -> String {
    let mut out = format!(
        "{MADE}# Issue codes\n\nEvery issue of a report has one of these codes. They are stable: branch on them, and say them in your own language with the issue's `params`.\n\n| code | what it says | how to mend it |\n|---|---|---|\n"
    );
    for code in Code::ALL {
        let _ = writeln!(out, "| `{}` | {} | {} |", code.name(), cell(code.message()), cell(code.hint()));
    }
    out
}

/// `docs/<provider>.md`: the operations of one provider.
pub fn provider(name: &str) -> String {
    let operations: Vec<_> = OPERATIONS.iter().filter(|operation| operation.provider.name == name).collect();
    let mut out = format!("{MADE}# {name}\n\n");
    for operation in &operations {
        let _ = writeln!(out, "- [`{}`](#{}): {}", operation.name, anchor(operation), operation.doc);
    }
    let mut shown = Vec::new();
    for operation in operations {
        let _ = writeln!(out, "\n## {}\n\n{}\n", operation.name, operation.doc);
        let _ = writeln!(
            out,
            "`{} {}`{} · {} · [the vendor's page]({})\n",
            operation.method.name(),
            operation.path,
            if operation.is_tool() { " at a gateway, a tool of `POST /mcp`" } else { "" },
            repeat(operation),
            operation.source
        );
        for (title, object) in [("Input", operation.input), ("Answer", operation.output)] {
            let mut found = Vec::new();
            super::collect(object, &mut found);
            found.reverse();
            for object in found {
                if shown.contains(&object.name) {
                    if std::ptr::eq(object, operation.output) {
                        let _ = writeln!(out, "{title}: [{}](#{})\n", object.name, object.name.to_lowercase());
                    }
                    continue;
                }
                shown.push(object.name);
                let _ = writeln!(out, "### {}\n\n{}\n\n{}", object.name, object.doc, table(object));
            }
        }
    }
    out
}

fn anchor(operation: &Operation) -> String {
    operation.name.replace('.', "")
}

fn repeat(operation: &Operation) -> String {
    match operation.repeat {
        Repeat::Read => "reads only".into(),
        Repeat::IdempotencyKey => "safe to repeat with the same `Idempotency-Key` and bytes".into(),
        Repeat::SameBytes if operation.key.is_empty() => {
            "safe to repeat: a gateway knows it by its `Idempotency-Key`".into()
        }
        Repeat::SameBytes => "safe to repeat with the same bytes: `request_id` says which time it is".into(),
        Repeat::SameEffect => "safe to repeat: done twice it has the effect of once".into(),
        Repeat::CheckFirst => {
            let with = Check::of(operation).map_or("", |check| check.with.name);
            format!("to be repeated only when `{with}` has shown that it did not happen")
        }
        Repeat::Never => "not safe to repeat: what is sent twice has happened twice".into(),
        Repeat::ByHand => {
            let with = Check::of(operation).map_or("", |check| check.with.name);
            format!("not safe to repeat: what is sent twice is paid twice. `{with}` shows what a person has to know")
        }
    }
}

fn table(object: &Object) -> String {
    let mut out = String::from("| member | | what it holds | |\n|---|---|---|---|\n");
    for field in object.fields {
        let need = match (field.required, field.is_known) {
            (true, true) => "required, but known to a gateway",
            (true, false) => "required",
            (false, _) => "",
        };
        let _ = writeln!(out, "| `{}` | {need} | {} | {} |", field.name, shape(field.shape), cell(field.doc));
    }
    if let Some(choice) = &object.choice {
        let sets: Vec<_> = choice
            .sets
            .iter()
            .map(|set| set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "))
            .collect();
        let how = if choice.exclusive { "Exactly one of these is needed" } else { "At least one of these is needed" };
        let _ = writeln!(out, "\n{how}: {}. ({})", sets.join("; "), choice.rule.name());
    }
    for (tag, case) in object.tags.iter().flat_map(|tag| tag.cases.iter().map(move |case| (tag.member, case))) {
        let names = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let needs = names(case.needs.iter().map(|(name, _)| *name).collect());
        let excludes = names(case.excludes.iter().map(|misplaced| misplaced.name).collect());
        let both = [("needs", needs), ("excludes", excludes)];
        let both = both.iter().filter(|(_, names)| !names.is_empty()).map(|(verb, names)| format!("{verb} {names}"));
        let both = both.collect::<Vec<_>>().join("; ");
        if !both.is_empty() {
            let _ = writeln!(out, "\nWith `{tag}` \"{}\": {both}.", case.value);
        }
    }
    out
}

fn shape(shape_: &Shape) -> String {
    match shape_ {
        Shape::Text(text) => {
            let what = match text.format {
                Format::OneOf(values) => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
                Format::Usually(values) => format!(
                    "usually {}",
                    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
                ),
                Format::Email => "an e-mail address".into(),
                Format::WebAddress(Weight::Error) => "an https address".into(),
                Format::WebAddress(_) => "a web address".into(),
                Format::Filled => "text, not blank".into(),
                Format::Uuid => "a UUID".into(),
                Format::Id => "text, not blank, not only dots".into(),
                Format::PlainId => "text, not blank, not only dots, without `/`, `?` and `#`".into(),
                Format::Values => "values with commas between, without `\\` and `\"`".into(),
                Format::Free => "text".into(),
                Format::Country => "a country's two capital letters, ISO 3166-1".into(),
                Format::Currency => "a currency's three capital letters, ISO 4217".into(),
                Format::Date => "a day, `2026-11-21`".into(),
                Format::Moment => "a moment or a day, RFC 3339".into(),
            };
            let or = if text.or_integer { " or an integer" } else { "" };
            format!("{what}{or}{}", bound(&text.bound, "characters"))
        }
        Shape::Flag => "true or false".into(),
        Shape::Integer => "an integer".into(),
        Shape::Count(bound) if bound.most < u32::MAX => format!("an integer from {} to {}", bound.least, bound.most),
        Shape::Count(bound) => format!("an integer of at least {}", bound.least),
        Shape::Amount(bound) => format!("money: an integer of hundredths, at least {}", bound.least),
        Shape::File => "a file".into(),
        Shape::Scalar(limit) => format!("text, a number, true or false{}", bound(limit, "characters")),
        Shape::Any => "anything".into(),
        Shape::List(item, limit) => format!("a list of {}{}", shape(item), bound(limit, "entries")),
        Shape::Map(value, limit, _) => {
            format!("names of your own, each with {}{}", shape(value), bound(limit, "entries"))
        }
        Shape::Object(object) => format!("[{}](#{})", object.name, object.name.to_lowercase()),
        Shape::TextOr(text, object) => format!("{}, or {}", shape(&Shape::Text(**text)), shape(&Shape::Object(object))),
        Shape::Nullable(inner) => format!("{} or null", shape(inner)),
    }
}

fn bound(bound: &Bound, of: &str) -> String {
    let advised = if bound.binds() { "" } else { " advised" };
    match (bound.least, bound.most) {
        (0, u32::MAX) => String::new(),
        (0, most) => format!(", at most {most} {of}{advised}"),
        (least, u32::MAX) => format!(", at least {least} {of}{advised}"),
        (least, most) => format!(", {least} to {most} {of}{advised}"),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
