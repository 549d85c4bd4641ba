//! Columns whose names are taken exactly, because the provider reads the file itself.

use alloc::string::String;

use super::columns::{By, Mapping};
use super::members::{EXACT, NOTHING, VARIABLE, name};
use crate::json;
use crate::report::Code;
use crate::rule::pfb;

impl Mapping<'_> {
    /// PFB-020, PFB-021, PFB-030, PFB-033: a column is the member that it is called, and a variable whatever it is called.
    pub(super) fn take_exactly(&mut self) {
        for index in 0..self.columns.len() {
            let header = self.columns.get(index).map(|column| column.header.clone()).unwrap_or_default();
            let meant = header.trim_ascii().to_ascii_lowercase();
            let mut member = EXACT.into_iter().find(|member| name(*member) == meant).unwrap_or(VARIABLE);
            // Of two with one name the first counts.
            let mut variable = header.clone();
            if self.columns.iter().take(index).any(|column| column.header == header) {
                (member, variable) = (NOTHING, self.unused(variable, index as i64 + 1));
            }
            let Some(column) = self.columns.get_mut(index) else { return };
            (column.member, column.by, column.variable) = (member, By::Header, variable);
            if !matches!(member, VARIABLE | NOTHING) && meant != header {
                self.remark(index + 1, Code::MisnamedColumn, pfb(30)).text("header", &header).text("meant", &meant);
            }
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
