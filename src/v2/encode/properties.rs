use super::*;
use crate::api::key::{Key, Syntax};
use crate::api::request::Conditions;
use crate::arbitrary::keys;
use crate::cluster::Host;
use percent_encoding::percent_decode_str;
use proptest::option::of;
use proptest::prelude::*;
use url::{Url, form_urlencoded};

fn key(text: &str, syntax: Syntax) -> Key {
    Key {
        text: text.to_owned(),
        syntax,
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

proptest! {
    #[test]
    fn no_key_leaves_the_keys(text in keys(), is_strict in any::<bool>()) {
        let syntax = if is_strict { Syntax::Strict } else { Syntax::Loose };
        let Ok(path) = path(&key(&text, syntax), "") else { return Ok(()) };
        prop_assert!(path.is_ascii() && !path.contains(|c: char| c.is_control() || c == ' '));
        prop_assert!(Host::parse("h").uri(&path).is_some(), "{}", path);
        let resolved = Url::parse(&format!("http://h{path}")).unwrap();
        prop_assert!(resolved.path().starts_with("/v2/keys/"), "{}", resolved);
        // As a server does that decodes first.
        let decoded = percent_decode_str(resolved.path()).decode_utf8_lossy();
        let segments: Vec<&str> = decoded.split('/').collect();
        prop_assert!(!segments.contains(&".") && !segments.contains(&".."), "{}", decoded);
    }

    #[test]
    fn each_character_of_a_strict_key_stands_for_itself(text in keys()) {
        let Ok(path) = path(&key(&text, Syntax::Strict), "") else { return Ok(()) };
        prop_assert!(!path.contains(['?', '#', '\\']));
        let decoded = percent_decode_str(&path["/v2/keys/".len()..]).decode_utf8().unwrap();
        prop_assert_eq!(decoded.as_ref(), text.strip_prefix('/').unwrap_or(&text));
    }

    #[test]
    fn a_strict_key_is_refused_for_its_segments_alone(text in keys()) {
        let own = text.strip_prefix('/').unwrap_or(&text);
        let is_refused = own.split('/').any(|segment| matches!(segment, "." | ".."))
            || own.starts_with('/')
            || own.contains("//");
        prop_assert_eq!(path(&key(&text, Syntax::Strict), "").is_err(), is_refused);
    }

    #[test]
    fn keys_that_are_the_same_path_are_the_same_key(text in keys()) {
        let Ok(path) = path(&key(&text, Syntax::Loose), "") else { return Ok(()) };
        let again = key(&path["/v2/keys/".len()..], Syntax::Loose);
        prop_assert_eq!(again.canonical(), key(&text, Syntax::Loose).canonical());
    }

    #[test]
    fn what_a_write_asks_for_arrives_as_it_is(
        value in of(any::<String>()),
        ttl in of(any::<String>()),
        exist in of(any::<String>()),
        index in of(any::<String>()),
    ) {
        let given = [("value", &value), ("ttl", &ttl), ("prevExist", &exist), ("prevIndex", &index)];
        let given: Vec<_> = given
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)))
            .collect();
        let conditions = Conditions { exist, index, value: None };
        let is_conditional = conditions.exist.is_some() || conditions.index.is_some();
        let set = Set { key: key("k", Syntax::Loose), value, ttl, conditions, ..Set::default() };
        let encoded = Request::Set(set).encode().unwrap();
        prop_assert_eq!(pairs(&encoded.request.form.unwrap()), given);
        prop_assert_eq!(encoded.repeatable, !is_conditional);
    }

    #[test]
    fn the_conditions_of_a_removal_come_before_what_its_key_says(text in keys(), value in any::<String>()) {
        let conditions = Conditions { value: Some(value.clone()), ..Conditions::default() };
        let delete = Delete { key: key(&text, Syntax::Loose), conditions, ..Delete::default() };
        let Ok(encoded) = Request::Delete(delete).encode() else { return Ok(()) };
        let (_, query) = encoded.path.split_once('?').unwrap();
        prop_assert_eq!(&pairs(query.as_bytes())[0], &("prevValue".to_owned(), value));
        prop_assert!(!encoded.repeatable);
    }
}
