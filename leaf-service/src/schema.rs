//! The tantivy schema of a shard, and documents as it takes them.
//!
//! It is the same for every mapping: analyzed text in numbered slots, everything exact in one JSON field by path, and
//! a few fields of the service's own. So a mapping can grow without touching an index (see `shared::mapping`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use shared::analysis::Analyzer;
use shared::document::{self, DocumentError, FieldValue};
use shared::ids;
use shared::mapping::{IndexOptions, Mapping, Slot, TextLayout, coded};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, JsonObjectOptions, OwnedValue, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};

/// A shard's fields.
#[derive(Clone, Debug)]
pub struct ShardSchema {
    /// The tantivy schema that has them.
    pub schema: Schema,
    /// `_id`: indexed raw, stored, and a fast column so that hits can name it without reading the document.
    pub id: Field,
    /// `_key`: the document key, a fast `u64` column.
    pub key: Field,
    /// `_version`: a fast `u64` column for writes, and stored for reads, which then open no column.
    pub version: Field,
    /// `_seq_no`: as `_version`.
    pub seq_no: Field,
    /// `_routing`: stored, if the client gave one.
    pub routing: Field,
    /// `_source`: the document's JSON, stored.
    pub source: Field,
    /// `_names`: the full names of the text fields that the document has, indexed raw.
    pub names: Field,
    /// `exact`: every exact value by full path, indexed raw and fast, dots in paths expanded.
    pub exact: Field,
    /// `t0`, `t1`, …: the text slots, with frequencies, positions and lengths but where the index was created otherwise.
    /// Each names a tokenizer of its own name.
    pub text: Vec<Field>,
    /// The slots that keep less than the usual.
    pub layouts: BTreeMap<Slot, TextLayout>,
}

/// What a document carries besides its JSON.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The id.
    pub id: &'a str,
    /// The routing value, if the client gave one.
    pub routing: Option<&'a str>,
    /// How often the id was written since it was last absent.
    pub version: u64,
    /// The number of the operation within the shard.
    pub seq_no: u64,
}

impl ShardSchema {
    /// The name of the JSON field of exact values: the prefix of its columns' names.
    pub const EXACT: &'static str = "exact";

    /// The schema with that many text slots, for an index of that mapping. Only the fields that the index was created with
    /// can have another layout than the usual, so that the schema is the same however the mapping grows.
    pub fn new(text_slots: u16, mapping: &Mapping) -> Self {
        let mut layouts = mapping.layouts();
        layouts.retain(|_, layout| *layout != TextLayout::default());
        let raw = || {
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
        };
        let raw_without_lengths = || TextOptions::default().set_indexing_options(raw().set_fieldnorms(false));
        let mut builder = Schema::builder();
        let id = builder.add_text_field("_id", raw_without_lengths().set_fast("raw").set_stored());
        let key = builder.add_u64_field("_key", FAST);
        let version = builder.add_u64_field("_version", FAST | STORED);
        let seq_no = builder.add_u64_field("_seq_no", FAST | STORED);
        let routing = builder.add_text_field("_routing", STORED);
        let source = builder.add_text_field("_source", STORED);
        let names = builder.add_text_field("_names", raw_without_lengths());
        let exact_options = JsonObjectOptions::default()
            .set_indexing_options(raw())
            .set_fast("raw")
            .set_expand_dots_enabled();
        let exact = builder.add_json_field(Self::EXACT, exact_options);
        let text = (0..text_slots)
            .map(|slot| {
                let name = slot_name(slot);
                let layout = layouts.get(&slot).copied().unwrap_or_default();
                let indexing = TextFieldIndexing::default()
                    .set_tokenizer(&name)
                    .set_fieldnorms(!layout.without_norms)
                    .set_index_option(record(layout.index_options));
                builder.add_text_field(&name, TextOptions::default().set_indexing_options(indexing))
            })
            .collect();
        Self {
            schema: builder.build(),
            id,
            key,
            version,
            seq_no,
            routing,
            source,
            names,
            exact,
            text,
            layouts,
        }
    }

    /// The document as tantivy indexes it.
    ///
    /// # Errors
    /// [`DocumentError`] for a document that no root would have accepted under this mapping.
    pub fn document(
        &self,
        stamp: Stamp<'_>,
        source: &str,
        mapping: &Mapping,
    ) -> Result<TantivyDocument, DocumentError> {
        let json = document::parse(source)?;
        let mut texts: BTreeMap<Slot, Texts<'_>> = BTreeMap::new();
        let mut exact: BTreeMap<String, Vec<OwnedValue>> = BTreeMap::new();
        let mut names: Vec<String> = Vec::new();
        document::walk(&json, mapping, &mut |path, value| {
            let value = match value {
                FieldValue::Text {
                    slot,
                    analyzer,
                    text,
                    position_gap,
                } => {
                    // Text that is not indexed is in the source alone.
                    let Some(slot) = slot else { return };
                    if !names.iter().any(|name| name == path) {
                        names.push(path.to_owned());
                    }
                    let texts = texts.entry(slot).or_insert_with(|| Texts {
                        analyzer,
                        position_gap: position_gap as usize,
                        values: Vec::new(),
                    });
                    texts.values.push(text);
                    return;
                }
                FieldValue::Keyword(text) => OwnedValue::Str(text.into_owned()),
                FieldValue::Ip(address) => OwnedValue::Str(coded::ip(address)),
                FieldValue::Unsigned(number) => OwnedValue::Str(coded::unsigned(number)),
                FieldValue::Long(number) | FieldValue::Date(number) => OwnedValue::I64(number),
                FieldValue::Double(number) => OwnedValue::F64(number),
                FieldValue::Boolean(truth) => OwnedValue::Bool(truth),
            };
            match exact.get_mut(path) {
                Some(values) => values.push(value),
                None => drop(exact.insert(path.to_owned(), vec![value])),
            }
        })?;
        let mut document = self.stamped(stamp, source);
        for name in names {
            document.add_text(self.names, name);
        }
        if !exact.is_empty() {
            let object = exact
                .into_iter()
                .map(|(path, values)| (path, OwnedValue::Array(values)));
            document.add_field_value(self.exact, &OwnedValue::Object(object.collect()));
        }
        for (slot, texts) in texts {
            self.add_text(&mut document, slot, &texts);
        }
        Ok(document)
    }

    fn stamped(&self, stamp: Stamp<'_>, source: &str) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.id, stamp.id);
        document.add_u64(self.key, ids::document_key(stamp.id));
        document.add_u64(self.version, stamp.version);
        document.add_u64(self.seq_no, stamp.seq_no);
        if let Some(routing) = stamp.routing {
            document.add_text(self.routing, routing);
        }
        document.add_text(self.source, source);
        document
    }

    /// One value goes in as it is; several are analyzed here, because tantivy's own gap between values is 1.
    fn add_text(&self, document: &mut TantivyDocument, slot: Slot, texts: &Texts<'_>) {
        let Some(field) = self.text.get(usize::from(slot)) else {
            tracing::error!(
                slot,
                slots = self.text.len(),
                "a mapping names a slot that the shard does not have"
            );
            return;
        };
        if let [only] = texts.values.as_slice() {
            document.add_text(*field, only);
            return;
        }
        let mut tokens = Vec::new();
        let mut base = 0;
        for value in &texts.values {
            for token in texts.analyzer.tokens(value) {
                tokens.push(Token {
                    position: base + token.position as usize,
                    offset_from: token.start,
                    offset_to: token.end,
                    text: token.text,
                    position_length: 1,
                });
            }
            base = tokens.last().map_or(base, |last| last.position) + texts.position_gap;
        }
        document.add_pre_tokenized_text(
            *field,
            PreTokenizedString {
                text: String::new(),
                tokens,
            },
        );
    }
}

/// The values of a text field.
struct Texts<'a> {
    analyzer: Analyzer,
    /// Positions between two of them, so that no phrase reaches across.
    position_gap: usize,
    values: Vec<Cow<'a, str>>,
}

fn record(options: IndexOptions) -> IndexRecordOption {
    match options {
        IndexOptions::Docs => IndexRecordOption::Basic,
        IndexOptions::Freqs => IndexRecordOption::WithFreqs,
        IndexOptions::Positions | IndexOptions::Offsets => IndexRecordOption::WithFreqsAndPositions,
    }
}

/// The name of a text slot's field, and of its tokenizer.
pub fn slot_name(slot: Slot) -> String {
    format!("t{slot}")
}
