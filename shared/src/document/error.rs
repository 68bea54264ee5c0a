//! Why a document is refused; the text is what a client reads for its item of a bulk.

use crate::limits;

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON.
    #[error("failed to parse: {0}")]
    Json(String),
    /// JSON, but not an object.
    #[error("failed to parse: the document must be a JSON object, and is {0}")]
    NotAnObject(&'static str),
    /// A value that its field's type cannot take.
    #[error("failed to parse field [{path}] of type [{kind}]. Preview of field's value: '{preview}'{reason}")]
    Value {
        /// The field.
        path: String,
        /// Its type.
        kind: &'static str,
        /// The beginning of the value.
        preview: String,
        /// More about it, if there is more to say.
        reason: String,
    },
    /// A field that the mapping does not have, where it takes no new ones.
    #[error("mapping set to strict, dynamic introduction of [{name}] within [{object}] is not allowed")]
    Strict {
        /// The name of the field or object.
        name: String,
        /// The path of the object that it is in.
        object: String,
    },
    /// A value where the mapping has an object.
    #[error(
        "object mapping for [{path}] tried to parse field [{path}] as object, but found a concrete value: '{preview}'"
    )]
    ConcreteValue {
        /// The path.
        path: String,
        /// The beginning of the value.
        preview: String,
    },
    /// A keyword too long for the index.
    #[error("Document contains at least one immense term in field=\"{path}\" (whose UTF-8 encoding is longer than the max length {max}); set [ignore_above], or map the field as text", max = limits::KEYWORD_BYTES_MAX)]
    ImmenseTerm {
        /// The field.
        path: String,
    },
    /// Larger than the limit on documents.
    #[error("the document has {bytes} bytes, the limit is [{max}]", max = limits::DOCUMENT_BYTES_MAX)]
    Large {
        /// Its size.
        bytes: usize,
    },
    /// More values than the limit.
    #[error("the document has more than [{max}] values", max = limits::DOCUMENT_VALUES_MAX)]
    Values,
    /// Nested deeper than the limit.
    #[error("failed to parse: the document is nested deeper than [{max}]: recursion limit exceeded", max = limits::DOCUMENT_DEPTH_MAX)]
    Depth,
    /// Its new fields do not fit the mapping.
    #[error(transparent)]
    Mapping(#[from] crate::mapping::MappingError),
}
