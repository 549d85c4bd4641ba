//! Columns whose names are taken exactly, because the provider reads the file itself.

use alloc::string::String;
use alloc::vec::Vec;

use super::columns::{By, Mapping, is_called, readable};
use super::members::{CARD_NUMBERS, EXACT, NOTHING, VARIABLE, name};
use super::record::{Found, Record};
use crate::json;
use crate::report::Code;
use crate::rule::{pfb, pfm};

/// The provider's own column that a header means, capitals and the white space around it aside.
fn own(header: &str) -> Option<usize> {
    EXACT.into_iter().find(|member| name(*member).eq_ignore_ascii_case(header.trim_ascii()))
}

/// PFB-022, PFB-030: a file as it is sent, without byte order marks and with the provider's own columns called as it calls
/// them.
pub fn sent(csv: &[u8]) -> Vec<u8> {
    let csv = csv.get(marks(csv)..).unwrap_or_default();
    let (mut record, mut start) = (Record::default(), 0);
    while record.read(csv, start, b',', true) == Found::Blank && start < csv.len() {
        start = record.next;
    }
    let (mut out, mut copied) = (Vec::with_capacity(csv.len()), 0);
    for cell in &record.cells {
        if let Some(member) = own(&readable(cell.text(csv))) {
            out.extend_from_slice(csv.get(copied..cell.start).unwrap_or_default());
            out.extend_from_slice(name(member).as_bytes());
            copied = cell.end;
        }
    }
    out.extend_from_slice(csv.get(copied..).unwrap_or_default());
    out
}

/// What some programs begin a file in UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How many bytes of a file are such marks: there are two where one program after the other puts one there.
pub(super) fn marks(csv: &[u8]) -> usize {
    let marks = csv.chunks(BYTE_ORDER_MARK.len()).take_while(|mark| *mark == BYTE_ORDER_MARK);
    marks.count() * BYTE_ORDER_MARK.len()
}

impl Mapping<'_> {
    /// PFB-020, PFB-021, PFB-030, PFB-033, PFM-007: a column is the member that it is called, and a variable whatever it is called.
    pub(super) fn take_exactly(&mut self) {
        for index in 0..self.columns.len() {
            let Some(column) = self.columns.get_mut(index) else { return };
            let mut member = VARIABLE;
            if let Some(own) = own(&column.header) {
                member = own;
                let header = core::mem::replace(&mut column.header, String::from(name(own)));
                if header != name(own) {
                    let issue = self.remark(index + 1, Code::HeaderNormalised, pfb(30));
                    issue.text("header", &header).text("meant", name(own));
                }
            } else if is_called(&column.header, CARD_NUMBERS) {
                let header = column.header.clone();
                self.remark(index + 1, Code::CardColumn, pfm(7)).text("header", &header);
            }
            let mut variable = self.columns.get(index).map(|column| column.header.clone()).unwrap_or_default();
            // Of two with one name the first counts.
            if self.columns.iter().take(index).any(|column| column.header == variable) {
                (member, variable) = (NOTHING, self.unused(variable, index as i64 + 1));
            }
            let Some(column) = self.columns.get_mut(index) else { return };
            (column.member, column.by, column.variable) = (member, By::Header, variable);
        }
        let mut missing = String::new();
        for member in EXACT {
            let needed = name(member);
            if !matches!(needed, "recipient_name" | "line2") && self.first(member).is_none() {
                let comma = if missing.is_empty() { "" } else { ", " };
                json::put(&mut missing, &[comma, needed]);
            }
        }
        if !missing.is_empty() {
            let issue = self.remark(0, Code::MissingColumn, pfb(33));
            issue.text("needed", &missing).hint("The first line names the columns, in small letters.");
        }
    }
}
