use super::*;
use crate::arbitrary::{SECRET, urls, with_secret};
use proptest::prelude::*;
use proptest::sample::select;

const OWN: &str = "prevValue=a+b&dir=true";

proptest! {
    #[test]
    fn a_redirect_leads_to_http_and_never_down_from_https(
        scheme in select(vec!["http", "https"]),
        location in prop_oneof![urls(), with_secret()],
        is_removal in any::<bool>(),
    ) {
        let method = if is_removal { Method::Delete } else { Method::Get };
        let from: Uri = format!("{scheme}://h:1/v2/keys/k?{OWN}").parse().unwrap();
        let Some(next) = target(&from, &location, method) else { return Ok(()) };
        prop_assert!(matches!((scheme, next.scheme_str()), (_, Some("https")) | ("http", Some("http"))));
        prop_assert!(next.authority().is_some_and(|authority| !authority.as_str().contains('@')));
        if is_removal {
            let query = next.query().unwrap();
            prop_assert!(query == OWN || query.ends_with(&format!("&{OWN}")), "{}", query);
            let names = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "prevValue");
            prop_assert_eq!(names.count(), 1);
        }
    }

    #[test]
    fn no_credentials_of_a_location_show(location in with_secret()) {
        prop_assert!(!shown::without_credentials(&location).contains(SECRET));
    }
}
