//! The fields of an object in a JSON tree.

use super::malformed::{JsonPath, Malformed};
use serde_json::{Map, Value};

/// The highest index in a tree. JavaScript counts exactly up to twice this number, and later writes have higher indexes.
const MAX_INDEX: u64 = 1 << 52;

/// The fields of an object.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// Their values.
    pub map: &'a Map<String, Value>,
    place: JsonPath<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of the object at a place.
    pub fn of(value: &'a Value, place: JsonPath<'a>) -> Result<Self, Malformed> {
        let fault = || Malformed {
            place: place.to_string(),
            reason: "is not an object".to_owned(),
        };
        let map = value.as_object().ok_or_else(fault)?;
        Ok(Fields { map, place })
    }

    /// What is wrong with a field.
    pub fn fault(&self, name: &str, reason: impl Into<String>) -> Malformed {
        Malformed {
            place: JsonPath::Field(&self.place, name).to_string(),
            reason: reason.into(),
        }
    }

    /// The place of a field.
    pub fn place_of<'b>(&'b self, name: &'b str) -> JsonPath<'b> {
        JsonPath::Field(&self.place, name)
    }

    /// Refuses fields that have other names.
    pub fn check_names(&self, names: &[&str]) -> Result<(), Malformed> {
        let mut given = self.map.keys();
        match given.find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(self.fault(name, "is not a field of this object")),
            None => Ok(()),
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Malformed> {
        let reason = "is not a text: a client with json decodes values, and load takes them as etcd has them";
        let reason = if name == "value" {
            reason
        } else {
            "is not a text"
        };
        self.get(name, Value::as_str, reason)
    }

    /// A boolean.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Malformed> {
        self.get(name, Value::as_bool, "is not a boolean")
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Malformed> {
        self.get(name, Value::as_u64, "is not a whole number")
    }

    /// An index of the store. In the v2 API 0 is no index, and a dump leaves it out.
    pub fn index(&self, name: &str) -> Result<Option<u64>, Malformed> {
        let read = |value: &Value| value.as_u64().filter(|it| (1..=MAX_INDEX).contains(it));
        let reason = format!("is not a whole number from 1 to {MAX_INDEX}");
        self.get(name, read, &reason)
    }

    /// An array.
    pub fn list(&self, name: &str) -> Result<Option<&'a [Value]>, Malformed> {
        let read = |value: &'a Value| value.as_array().map(Vec::as_slice);
        self.get(name, read, "is not an array")
    }

    fn get<T>(
        &self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
        reason: &str,
    ) -> Result<Option<T>, Malformed> {
        let Some(value) = self.map.get(name) else {
            return Ok(None);
        };
        let fault = || self.fault(name, reason);
        read(value).map(Some).ok_or_else(fault)
    }
}
