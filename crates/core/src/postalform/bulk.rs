//! A list of recipients. <https://postalform.com/agents> "Bulk mailing overview", read 2026-11-21.

use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::{pf, pfb};
use crate::schema::{Case, Object, Slot, Tag, filled, may, must, object, one_of, text};

/// PFB-001 to PFB-003.
pub static BULK: Object = object("PostalFormBulk", "One letter for each row of a list.")
    .fields(&[
        may("campaign_name", &text().advised(0, 255, pfb(1)), "What the mailing is called.").rule(pfb(1)).omit_empty(),
        must(
            "csv_content",
            &filled(),
            "The list: columns line1, city, state, zip; line2, recipient_name; others fill tags.",
        )
        .rule(pfb(1)),
        must("content_mode", &one_of(&["text", "html", "pdf"]), "What a row's letter is made from.").rule(pfb(2)),
        may("template_text", &text(), "Text with tags such as {{recipient_name}}.").rule(pfb(3)).omit_empty(),
        may("template_html", &text(), "HTML with tags. Values go in as they are.").rule(pfb(3)).omit_empty(),
    ])
    .tags(&[Tag { member: "content_mode", cases: &CASES }])
    .rules(&[templates])
    .exactly(pf(14));

static CASES: [Case; 3] = [
    Case { value: "text", needs: &[("template_text", pfb(3))], excludes: &[] },
    Case { value: "html", needs: &[("template_html", pfb(3))], excludes: &[] },
    Case { value: "pdf", needs: &[], excludes: &[] },
];

const MODE: Slot = BULK.slot("content_mode");
/// The templates, and the mode that each is for.
static TEMPLATES: [(Slot, &str, &str); 2] = [
    (BULK.slot("template_text"), "text", "content_mode \"html\" or \"pdf\""),
    (BULK.slot("template_html"), "html", "content_mode \"text\" or \"pdf\""),
];

/// What the letters are made from: `text`, `html` or `pdf`; empty where nothing that is known is said.
pub(super) fn mode(list: &Group<'_>) -> &'static str {
    let Some(mode) = list.text(MODE) else { return "" };
    ["text", "html", "pdf"].into_iter().find(|known| mode.is(known)).unwrap_or_default()
}

/// PFB-004: a template that is not for the mode.
fn templates(list: &Group<'_>, found: &mut Findings) {
    let mode = mode(list);
    for (slot, own, others) in TEMPLATES {
        if !mode.is_empty() && mode != own && list.has(slot) {
            found.warning(pfb(4), Code::IgnoredMember, &list.at(slot)).text("other", others).fix_remove();
        }
    }
}
