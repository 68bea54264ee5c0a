//! Why a mapping is refused.

use crate::limits;

/// The types that fields can have.
const OFFERED: &str = "text, keyword, wildcard, byte, short, integer, long, unsigned_long, half_float, float, double, \
                       scaled_float, boolean, date, ip, completion and object";

/// Why a mapping is refused. The text is what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// A parameter that this type does not have.
    #[error("unknown parameter [{parameter}] on mapper [{path}] of type [{kind}]")]
    UnknownParameter {
        /// The field.
        path: String,
        /// Its type.
        kind: String,
        /// The parameter.
        parameter: String,
    },
    /// A type that is not offered.
    #[error("No handler for type [{kind}] declared on field [{path}]; offered are {OFFERED}")]
    UnknownType {
        /// The field.
        path: String,
        /// The type asked for.
        kind: String,
    },
    /// A parameter with a value that it cannot have.
    #[error("invalid value for [{parameter}] on mapper [{path}]: {reason}")]
    Value {
        /// The field.
        path: String,
        /// The parameter.
        parameter: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A root-level key that is not known.
    #[error("Root mapping definition has unsupported parameters: [{0}]")]
    Root(String),
    /// A field that is there already as something else.
    #[error("mapper [{path}] cannot be changed from type [{there}] to [{asked}]")]
    Conflict {
        /// The field.
        path: String,
        /// Its type.
        there: &'static str,
        /// The type asked for.
        asked: &'static str,
    },
    /// A parameter that cannot change.
    #[error(
        "Mapper for [{path}] conflicts with existing mapper:\n\tCannot update parameter [{parameter}] from [{there}] to [{asked}]"
    )]
    Parameter {
        /// The field.
        path: String,
        /// The parameter.
        parameter: String,
        /// What it is.
        there: String,
        /// What was asked for.
        asked: String,
    },
    /// A text field that would need a slot of its own kind.
    #[error(
        "the text field [{path}] is new, and [norms] and [index_options] of a text field must be given when the index is created; add it without them, or create another index"
    )]
    LateLayout {
        /// The field.
        path: String,
    },
    /// A path that is both an object and a field.
    #[error("can't merge a non object mapping [{path}] with an object mapping")]
    ObjectConflict {
        /// The path.
        path: String,
    },
    /// A name that a field cannot have.
    #[error("field name [{path}] is empty in part, holds a control character, or is reserved")]
    Name {
        /// The name.
        path: String,
    },
    /// A name that is too long.
    #[error("field name is too long: {bytes} bytes, the limit is [{max}]", max = limits::FIELD_NAME_BYTES_MAX)]
    LongName {
        /// Its length.
        bytes: usize,
    },
    /// Objects nested too deep.
    #[error("Limit of mapping depth [{max}] has been exceeded at [{path}]", max = limits::MAPPING_DEPTH_MAX)]
    Depth {
        /// Where.
        path: String,
    },
    /// Too many fields.
    #[error("Limit of total fields [{max}] has been exceeded", max = limits::MAPPING_FIELDS_MAX)]
    Fields,
    /// Fields changed too often.
    #[error(
        "Limit of changes of fields that are there [{max}] has been exceeded; create another index",
        max = limits::MAPPING_CHANGES_MAX
    )]
    Changes,
    /// All text slots of the index are in use.
    #[error(
        "Limit of text fields [{limit}] of this index has been exceeded while adding [{path}]; map it as keyword, or create the index with a higher [index.mapping.text_fields.limit]"
    )]
    TextFields {
        /// The field that found no slot.
        path: String,
        /// How many there are.
        limit: u16,
    },
}
