//! What calls offer, declared once: the names of parameters and keys, what they hold, what they mean. Requests are checked by
//! these lists, and the document at `/_openapi.json` is made of them.

pub(crate) mod schema;

use schemars::{Schema, SchemaGenerator};

/// Makes the schema of something, and leaves what it refers to in the generator.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A parameter of a URL, or a key of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offered {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// What it means, in a sentence.
    pub(crate) about: &'static str,
}

/// What a parameter or a key holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// True or false; in a URL its name alone means true.
    Flag,
    /// Text.
    Text,
    /// Texts: separated by commas in a URL, a list or a single one in a body.
    Texts,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A time with its unit.
    Duration,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// What another schema says.
    Of(SchemaOf),
    /// Any value.
    Any,
    /// An object of any keys.
    Object,
    /// Passed over, whatever it holds: it changes nothing here.
    Idle,
    /// Known, and refused in a sentence of its own: no part of the document.
    Refused,
}

impl Offered {
    const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, about }
    }
}

/// A switch.
pub(crate) const fn flag(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Flag, about)
}

/// A switch that may be given, and must be off.
pub(crate) const fn off(name: &'static str) -> Offered {
    Offered::new(name, Kind::OneOf(&["false"]), "Offered only as `false`.")
}

/// A text.
pub(crate) const fn text(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Text, about)
}

/// Texts.
pub(crate) const fn texts(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Texts, about)
}

/// A whole number.
pub(crate) const fn whole(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Whole, about)
}

/// A number.
pub(crate) const fn number(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Number, about)
}

/// A time with its unit.
pub(crate) const fn duration(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Duration, about)
}

/// One of a few words.
pub(crate) const fn one_of(
    name: &'static str,
    words: &'static [&'static str],
    about: &'static str,
) -> Offered {
    Offered::new(name, Kind::OneOf(words), about)
}

/// What another schema says.
pub(crate) const fn of(name: &'static str, schema: SchemaOf, about: &'static str) -> Offered {
    Offered::new(name, Kind::Of(schema), about)
}

/// Any value.
pub(crate) const fn any(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Any, about)
}

/// An object of any keys.
pub(crate) const fn object(name: &'static str, about: &'static str) -> Offered {
    Offered::new(name, Kind::Object, about)
}

/// What changes nothing here.
pub(crate) const fn idle(name: &'static str) -> Offered {
    Offered::new(name, Kind::Idle, "Accepted; it changes nothing here.")
}

/// What is refused by name where it is read.
pub(crate) const fn refused(name: &'static str) -> Offered {
    Offered::new(name, Kind::Refused, "")
}
