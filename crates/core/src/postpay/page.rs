//! Lists come in pages. <https://docs.postpay.io/v1/> "Pagination", read 2026-11-21.

use crate::rule::po;
use crate::schema::{Field, Format, Shape, amount, count, filled, formatted, may, must, text};

static ADDRESS: Shape = text();

/// PO-071: how many there are in all, and where the pages before and behind are.
pub(super) const COUNT: Field = must("count", &Shape::Integer, "How many match in all.").rule(po(71));
pub(super) const NEXT: Field =
    must("next", const { &Shape::Nullable(&ADDRESS) }, "Where the next page is.").rule(po(72));
pub(super) const PREVIOUS: Field =
    must("previous", const { &Shape::Nullable(&ADDRESS) }, "Where the page before is.").rule(po(72));

/// The things of a page.
pub(super) const fn results(items: &'static Shape) -> Field {
    must("results", items, "Those of this page.").rule(po(71))
}

/// PO-070.
pub(super) const PAGE: Field = may("page", &count(1, u32::MAX, po(70)), "Which page, from 1.").rule(po(70)).in_query();
pub(super) const PAGE_SIZE: Field =
    may("page_size", &count(1, 50, po(70)), "How many on a page; 20 if nothing is said.").rule(po(70)).in_query();

/// PO-074 and the like: in which order.
pub(super) const fn ordering(shape: &'static Shape) -> Field {
    may("ordering", shape, "In which order; a minus turns it.").rule(po(74)).in_query()
}

/// A filter. Texts stand in it as they are; dates and amounts are checked.
pub(super) const fn filter(name: &'static str, shape: &'static Shape) -> Field {
    may(name, shape, "Only those.").rule(po(73)).in_query()
}

/// A filter that takes several values (PO-079).
pub(super) const fn one_among(name: &'static str) -> Field {
    may(name, &VALUES, "Only those of these values.").rule(po(79)).in_query()
}

const VALUES: Shape = formatted(Format::Values);

/// The values of filters.
pub(super) const TEXT: Shape = filled();
pub(super) const AMOUNT: Shape = amount(0, po(78));
pub(super) const CODE: Shape = count(0, 999, po(77));
pub(super) const CURRENCY: Shape = formatted(Format::Currency);
pub(super) const MOMENT: Shape = formatted(Format::Moment);
pub(super) const DATE: Shape = formatted(Format::Date);
pub(super) const YEAR: Shape = count(1, 9_999, po(78));
pub(super) const MONTH: Shape = count(1, 12, po(78));
pub(super) const DAY: Shape = count(1, 31, po(78));
/// The vendor does not say which day is 1; Django, which it is built with, counts from Sunday.
pub(super) const WEEK_DAY: Shape = count(1, 7, po(78));
pub(super) const HOUR: Shape = count(0, 23, po(78));

/// What can be asked about when something was made: the moment itself, before or behind another, or a part of it.
pub(super) const CREATED: [Field; 15] = [
    filter("created", &MOMENT),
    filter("created__gt", &MOMENT),
    filter("created__lt", &MOMENT),
    filter("created__gte", &MOMENT),
    filter("created__lte", &MOMENT),
    filter("created__date", &DATE),
    filter("created__date__gt", &DATE),
    filter("created__date__lt", &DATE),
    filter("created__date__gte", &DATE),
    filter("created__date__lte", &DATE),
    filter("created__year", &YEAR),
    filter("created__month", &MONTH),
    filter("created__week_day", &WEEK_DAY),
    filter("created__day", &DAY),
    filter("created__hour", &HOUR),
];
