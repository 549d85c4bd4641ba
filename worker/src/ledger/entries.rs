//! The ledger's entries, as they stand in storage.

use edgepost_gateway::ledger::{Entry, State as Stage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{Error, Result, SqlStorage, SqlStorageValue};

use super::Book;

#[derive(Deserialize)]
struct Row {
    written: String,
}

impl Book {
    /// Makes the tables, where they are not there yet.
    pub(super) fn create(sql: &SqlStorage) {
        let table = "CREATE TABLE IF NOT EXISTS ledger (id TEXT PRIMARY KEY, operation TEXT NOT NULL, \
                     digest TEXT NOT NULL, state TEXT NOT NULL, status INTEGER, content_type TEXT, body BLOB, \
                     updated_ms INTEGER NOT NULL, is_settled INTEGER NOT NULL)";
        let _ = sql.exec(table, None);
        // In tables of their own: few entries have them.
        for name in ["by_hand", "receipts"] {
            let table = format!("CREATE TABLE IF NOT EXISTS {name} (id TEXT PRIMARY KEY, written TEXT NOT NULL)");
            let _ = sql.exec(&table, None);
        }
    }

    /// Throws away what was not touched since so many milliseconds after 1970.
    pub(super) fn purge(&self, before: u64) -> Result<()> {
        // What waits for a person waits for as long as it takes.
        let old = "DELETE FROM ledger WHERE updated_ms < ? \
                   AND NOT (state IN ('sent', 'unknown') AND id IN (SELECT id FROM by_hand))";
        self.sql.exec(old, vec![milliseconds(before)])?;
        for name in ["by_hand", "receipts"] {
            self.sql.exec(&format!("DELETE FROM {name} WHERE id NOT IN (SELECT id FROM ledger)"), None)?;
        }
        Ok(())
    }

    pub(super) fn load(&self, id: &str) -> Result<Option<Entry>> {
        let query = "SELECT operation, digest, state, status, content_type, body, updated_ms, is_settled FROM ledger WHERE id = ?";
        let cursor = self.sql.exec(query, vec![id.into()])?;
        let Some(row) = cursor.raw().next() else { return Ok(None) };
        let row = row?;
        let [operation, digest, state, status, content_type, body, updated, is_settled] = row.as_slice() else {
            return Err(Error::from("an entry of another form"));
        };
        let state = Stage::from_name(&text(state)).ok_or_else(|| Error::from("an entry of an unknown state"))?;
        let answer = match (status, body) {
            (SqlStorageValue::Null, _) | (_, SqlStorageValue::Null) => None,
            (status, body) => Some((number(status) as u16, text(content_type), bytes(body))),
        };
        let (operation, digest) = (text(operation), text(digest));
        let (updated_ms, is_settled) = (number(updated) as u64, number(is_settled) != 0.0);
        let by_hand = self.written(id, "by_hand")?;
        let receipt = self.written(id, "receipts")?.unwrap_or_default();
        Ok(Some(Entry {
            id: id.to_owned(),
            operation,
            digest,
            state,
            answer,
            receipt,
            updated_ms,
            is_settled,
            by_hand,
        }))
    }

    /// What is written down about an entry in a table of its own.
    fn written<T: DeserializeOwned>(&self, id: &str, table: &str) -> Result<Option<T>> {
        let query = format!("SELECT written FROM {table} WHERE id = ?");
        let row = self.sql.exec(&query, vec![id.into()])?.to_array::<Row>()?.pop();
        Ok(row.map(|row| serde_json::from_str(&row.written)).transpose()?)
    }

    fn write<T: Serialize>(&self, id: &str, table: &str, value: &T) -> Result<()> {
        let values = vec![id.into(), serde_json::to_string(value)?.into()];
        self.sql.exec(&format!("INSERT OR REPLACE INTO {table} VALUES (?, ?)"), values)?;
        Ok(())
    }

    pub(super) fn save(&self, entry: &Entry) -> Result<()> {
        let (status, content_type, body) = match &entry.answer {
            Some((status, content_type, body)) => (
                SqlStorageValue::Integer(i64::from(*status)),
                content_type.as_str().into(),
                SqlStorageValue::Blob(body.clone()),
            ),
            None => (SqlStorageValue::Null, SqlStorageValue::Null, SqlStorageValue::Null),
        };
        let values = vec![
            entry.id.as_str().into(),
            entry.operation.as_str().into(),
            entry.digest.as_str().into(),
            entry.state.name().into(),
            status,
            content_type,
            body,
            milliseconds(entry.updated_ms),
            SqlStorageValue::Integer(entry.is_settled.into()),
        ];
        self.sql.exec("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)?;
        if let Some(by_hand) = &entry.by_hand {
            self.write(&entry.id, "by_hand", by_hand)?;
        }
        if !entry.receipt.is_empty() {
            self.write(&entry.id, "receipts", &entry.receipt)?;
        }
        Ok(())
    }

    pub(super) fn remove(&self, id: &str) -> Result<()> {
        self.sql.exec("DELETE FROM ledger WHERE id = ?", vec![id.into()])?;
        self.sql.exec("DELETE FROM by_hand WHERE id = ?", vec![id.into()])?;
        self.sql.exec("DELETE FROM receipts WHERE id = ?", vec![id.into()])?;
        Ok(())
    }
}

fn milliseconds(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn number(value: &SqlStorageValue) -> f64 {
    match value {
        SqlStorageValue::Integer(value) => *value as f64,
        SqlStorageValue::Float(value) => *value,
        _ => 0.0,
    }
}

fn text(value: &SqlStorageValue) -> String {
    match value {
        SqlStorageValue::String(value) => value.clone(),
        _ => String::new(),
    }
}

fn bytes(value: &SqlStorageValue) -> Vec<u8> {
    match value {
        SqlStorageValue::Blob(value) => value.clone(),
        _ => Vec::new(),
    }
}
