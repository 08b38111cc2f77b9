use super::tests::proxies;
use super::*;
use crate::arbitrary::{SECRET, urls, with_secret};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_environment_names_a_proxy_or_a_fault_or_none(http in urls(), https in urls(), no in urls(), url in urls()) {
        let Ok(url) = Url::parse(&url) else { return Ok(()) };
        let environment = proxies(&http, &https, &no);
        let (proxy, fault) = (environment.proxy_of(&url), environment.fault(&url));
        prop_assert!(proxy.is_none() || fault.is_none());
        prop_assert!(!environment.is_empty() || proxy.is_none() && fault.is_none());
        prop_assert!(proxy.is_none_or(|proxy| matches!(proxy.scheme(), "http" | "https") && proxy.has_host()));
        let all = proxies(&http, &https, "*");
        prop_assert!(all.proxy_of(&url).is_none() && all.fault(&url).is_none());
    }

    #[test]
    fn no_credentials_of_a_proxy_show(http in with_secret()) {
        let fault = proxies(&http, "", "").fault(&Url::parse("http://h/").unwrap());
        prop_assert!(!fault.is_some_and(|fault| fault.message.contains(SECRET)));
    }

    #[test]
    fn the_host_of_a_proxy_is_what_follows_its_last_at(http in with_secret()) {
        if let Some(proxy) = proxies(&http, "", "").proxy_of(&Url::parse("http://h/").unwrap()) {
            prop_assert!(!proxy.host_str().unwrap_or_default().contains(SECRET), "{}", proxy);
            prop_assert!(!proxy.path().contains(SECRET), "{}", proxy);
        }
    }
}
