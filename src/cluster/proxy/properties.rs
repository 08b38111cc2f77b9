use super::*;
use crate::arbitrary::{SECRET, urls, with_secret};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_environment_names_a_proxy_or_a_fault_or_none(http in urls(), https in urls(), no in urls(), url in urls()) {
        let Ok(url) = Url::parse(&url) else { return Ok(()) };
        let proxies = Proxies { http, https, no };
        let (proxy, fault) = (proxies.proxy_of(&url), proxies.fault(&url));
        prop_assert!(proxy.is_none() || fault.is_none());
        prop_assert!(!proxies.is_empty() || proxy.is_none() && fault.is_none());
        let all = Proxies { no: "*".into(), ..proxies };
        prop_assert!(all.proxy_of(&url).is_none() && all.fault(&url).is_none());
    }

    #[test]
    fn no_credentials_of_a_proxy_show(http in with_secret()) {
        let proxies = Proxies { http, ..Proxies::default() };
        let fault = proxies.fault(&Url::parse("http://h/").unwrap());
        prop_assert!(!fault.is_some_and(|fault| fault.message.contains(SECRET)));
    }
}
