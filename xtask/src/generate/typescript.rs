//! TypeScript types of the operations' inputs and outputs.

use std::fmt::Write;

use edgepost_core::operation::{Auth, Body, Hosts, NOTHING, OPERATIONS, Prefixes};
use edgepost_core::report::Code;
use edgepost_core::schema::{Field, Format, Object, Shape};

use super::objects;

/// The whole module.
pub fn module() -> String {
    let mut out = String::from(HEAD);
    let outputs: Vec<_> = OPERATIONS.iter().flat_map(|operation| reachable(operation.output)).collect();
    for object in objects() {
        let is_output = outputs.iter().any(|output| std::ptr::eq(*output, object));
        write_object(&mut out, object, is_output);
    }
    out.push_str("/** What each operation takes and answers. */\nexport interface Operations {\n");
    for operation in OPERATIONS {
        let (input, output) = (operation.input.name, operation.output.name);
        let _ = writeln!(out, "  /** {} `{} {}` */", operation.doc, operation.method.name(), operation.path);
        let _ = writeln!(out, "  \"{}\": {{ input: {input}; output: {output} }};", operation.name);
    }
    out.push_str("}\n\n/** All operations. Their order is the one that the wasm modules know. */\n");
    out.push_str("export const operations = [");
    for operation in OPERATIONS {
        let _ = write!(out, "\"{}\", ", operation.name);
    }
    out.push_str("] as const;\n\n");
    write_known(&mut out);
    write_file_members(&mut out);
    write_providers(&mut out);
    out.push_str("/** Every kind of issue. Names are stable. */\nexport type IssueCode =");
    for code in Code::ALL {
        let _ = write!(out, "\n  | \"{}\"", code.name());
    }
    out.push_str(";\n");
    out
}

/// Which members a gateway knows itself.
fn write_known(out: &mut String) {
    out.push_str(
        "/** Members that a gateway knows itself: who calls one may leave them out. */\nexport interface Known {\n",
    );
    for operation in OPERATIONS {
        let known = operation.input.fields.iter().filter(|field| field.is_known);
        let known: Vec<_> = known.map(|field| format!("\"{}\"", field.name)).collect();
        if !known.is_empty() {
            let _ = writeln!(out, "  \"{}\": {};", operation.name, known.join(" | "));
        }
    }
    out.push_str("}\n\n");
}

/// Which operations take a file, which JSON cannot hold.
fn write_file_members(out: &mut String) {
    out.push_str("/** The member that is a file, of operations that take one. */\n");
    out.push_str("export const fileMembers: { readonly [O in keyof Operations]?: string } = {");
    for operation in OPERATIONS {
        if let Body::Multipart { file, .. } = operation.body {
            let _ = write!(out, " \"{}\": \"{file}\",", operation.name);
        }
    }
    out.push_str(" };\n\n");
}

/// What whoever calls a provider without a gateway has to know.
fn write_providers(out: &mut String) {
    out.push_str("/** Where each provider is in each mode, how its keys start, and where behind its host tokens are. */\nexport const providers = {");
    let mut providers: Vec<_> = OPERATIONS.iter().map(|operation| operation.provider).collect();
    providers.dedup_by_key(|provider| provider.name);
    for provider in providers {
        let (name, Hosts { test, live }) = (provider.name, provider.hosts);
        // Where keys do not tell their mode, they start in any way.
        let prefixes = provider.auth.key().and_then(|key| key.prefixes).unwrap_or(Prefixes { test: "", live: "" });
        let mode = |host, prefix| format!("{{ base: \"{host}\", prefix: \"{prefix}\" }}");
        let (test, live) = (mode(test, prefixes.test), mode(live, prefixes.live));
        let token = match provider.auth {
            Auth::OAuth { token_path, .. } => format!(", token: \"{token_path}\""),
            Auth::Basic { .. } | Auth::Bearer(_) | Auth::None => String::new(),
        };
        let _ = write!(out, " {name}: {{ test: {test}, live: {live}{token} }},");
    }
    out.push_str(" } as const;\n\n");
}

const HEAD: &str = "// Made from the operation tables by `cargo xtask`. Do not edit.

type Needs<T, K extends keyof T> = { [P in K]-?: Exclude<T[P], undefined> };
type Without<K extends PropertyKey> = { [P in K]?: undefined };
/** Known values, and whatever the provider adds one day. */
export type Open<T extends string> = T | (string & {});

";

fn reachable(object: &'static Object) -> Vec<&'static Object> {
    let mut found = Vec::new();
    super::collect(object, &mut found);
    found
}

fn write_object(out: &mut String, object: &Object, is_output: bool) {
    if std::ptr::eq(object, &NOTHING) {
        let _ = writeln!(out, "/** {} */\nexport type {} = null;\n", object.doc, object.name);
        return;
    }
    let variants = variants(object);
    let members = if variants.is_empty() { object.name.to_string() } else { format!("{}Members", object.name) };
    if !variants.is_empty() {
        let _ = writeln!(
            out,
            "/** All members of {}; which of them go together says {} itself. */",
            object.name, object.name
        );
    } else {
        let _ = writeln!(out, "/** {} */", object.doc);
    }
    let _ = writeln!(out, "export interface {members} {{");
    for field in object.fields {
        let _ = writeln!(out, "  /** {} */", field.doc);
        // What is undefined is left out of a request; no answer holds it.
        let (optional, absent) = match (field.required, is_output) {
            (true, _) => ("", ""),
            (false, true) => ("?", ""),
            (false, false) => ("?", " | undefined"),
        };
        let _ = writeln!(out, "  {}{optional}: {}{absent};", field.name, field_type(field, is_output));
    }
    out.push_str("}\n\n");
    if !variants.is_empty() {
        let _ = writeln!(out, "/** {} */\nexport type {} = {members} &", object.doc, object.name);
        let variants: Vec<_> = variants.iter().map(|each| format!("  ({})", each.join(" |\n   "))).collect();
        let _ = writeln!(out, "{};\n", variants.join(" &\n"));
    }
}

/// The ways in which members go together, as types: one of each list holds. Empty where any combination will do.
fn variants(object: &Object) -> Vec<Vec<String>> {
    let members = format!("{}Members", object.name);
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" | ");
    let mut variants = Vec::new();
    if let Some(choice) = &object.choice {
        variants.push(Vec::new());
        for set in choice.sets {
            let mut variant = format!("Needs<{members}, {}>", quoted(set));
            if choice.exclusive {
                let others: Vec<_> =
                    choice.sets.iter().filter(|other| other != &set).flat_map(|other| other.iter().copied()).collect();
                let _ = write!(variant, " & Without<{}>", quoted(&others));
            }
            variants[0].push(variant);
        }
    }
    for tag in object.tags {
        let mut cases = Vec::new();
        for case in tag.cases {
            let mut variant = format!("{{ {}: \"{}\" }}", tag.member, case.value);
            if !case.needs.is_empty() {
                let needs: Vec<_> = case.needs.iter().map(|(name, _)| *name).collect();
                let _ = write!(variant, " & Needs<{members}, {}>", quoted(&needs));
            }
            if !case.excludes.is_empty() {
                let excludes: Vec<_> = case.excludes.iter().map(|misplaced| misplaced.name).collect();
                let _ = write!(variant, " & Without<{}>", quoted(&excludes));
            }
            cases.push(variant);
        }
        if object.fields.iter().any(|field| field.name == tag.member && !field.required) {
            cases.push(format!("Without<\"{}\">", tag.member));
        }
        variants.push(cases);
    }
    variants
}

fn field_type(field: &Field, is_output: bool) -> String {
    shape_type(field.shape, is_output)
}

fn shape_type(shape: &Shape, is_output: bool) -> String {
    match shape {
        Shape::Text(text) => {
            let choices =
                |values: &[&str]| values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(" | ");
            let text_type = match text.format {
                Format::OneOf(values) if !is_output => choices(values),
                Format::OneOf(values) | Format::Usually(values) => format!("Open<{}>", choices(values)),
                _ => "string".into(),
            };
            if text.or_integer { format!("{text_type} | number") } else { text_type }
        }
        Shape::Flag => "boolean".into(),
        Shape::Integer | Shape::Count(_) | Shape::Amount(_) => "number".into(),
        Shape::File => "Blob | Uint8Array".into(),
        Shape::Scalar(_) => "string | number | boolean".into(),
        Shape::Any => "unknown".into(),
        Shape::List(item, _) => match shape_type(item, is_output) {
            item if item.contains(' ') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        Shape::Map(value, _, _) => format!("Record<string, {}>", shape_type(value, is_output)),
        Shape::Object(object) => object.name.into(),
        Shape::TextOr(text, object) => format!("{} | {}", shape_type(&Shape::Text(**text), is_output), object.name),
        Shape::Nullable(inner) => format!("{} | null", shape_type(inner, is_output)),
    }
}
