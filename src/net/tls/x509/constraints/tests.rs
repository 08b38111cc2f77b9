use super::GeneralName as Name;
use super::*;

fn matches(name: Name<'_>, base: Name<'_>) -> Result<Option<bool>, Fault> {
    let subtree = Subtree {
        base,
        is_bounded: false,
    };
    subtree.matches(&name)
}

#[test]
fn a_dns_name_is_in_a_constraint_that_it_ends_with_at_a_label() {
    for (name, base, expected) in [
        ("a.example", "", true),
        ("a.example", "a.example", true),
        ("A.Example", "a.eXample", true),
        ("b.a.example", "a.example", true),
        ("b.a.example", ".a.example", true),
        ("a.example", ".a.example", false),
        ("ba.example", "a.example", false),
        ("example", "a.example", false),
        ("*.a.example", "a.example", true),
    ] {
        let (name, base) = (Name::Dns(name.as_bytes()), Name::Dns(base.as_bytes()));
        assert_eq!(matches(name, base), Ok(Some(expected)));
    }
}

#[test]
fn an_address_of_mail_is_in_a_constraint_of_itself_its_host_or_a_domain() {
    let syntax = Err(Fault::UnsupportedNameSyntax);
    for (name, base, expected) in [
        ("who@a.example", "a.example", Ok(true)),
        ("who@A.example", "a.example", Ok(true)),
        ("who@b.a.example", "a.example", Ok(false)),
        ("who@b.a.example", ".a.example", Ok(true)),
        ("who@a.example", ".a.example", Ok(false)),
        ("who@a.example", "who@a.example", Ok(true)),
        ("Who@a.example", "who@a.example", Ok(false)),
        ("which@a.example", "who@a.example", Ok(false)),
        ("who@a.example", "@a.example", Ok(true)),
        ("w\0o@a.example", "w\0o@a.example", syntax),
        ("nobody", "a.example", syntax),
    ] {
        let (name, base) = (Name::Email(name.as_bytes()), Name::Email(base.as_bytes()));
        assert_eq!(matches(name, base), expected.map(Some));
    }
}

#[test]
fn a_resource_is_in_a_constraint_of_its_host_or_a_domain() {
    let syntax = Err(Fault::UnsupportedNameSyntax);
    for (name, base, expected) in [
        ("https://a.example/", "a.example", Ok(true)),
        ("https://a.example:1/", "a.example", Ok(true)),
        ("https://a.example", "A.example", Ok(true)),
        ("https://b.a.example", "a.example", Ok(false)),
        ("https://b.a.example", ".a.example", Ok(true)),
        ("https://a.example", ".a.example", Ok(false)),
        ("urn:a.example", "a.example", syntax),
        ("https:///", "a.example", syntax),
        ("a.example", "a.example", syntax),
    ] {
        let (name, base) = (Name::Uri(name.as_bytes()), Name::Uri(base.as_bytes()));
        assert_eq!(matches(name, base), expected.map(Some));
    }
}

#[test]
fn an_address_is_in_a_network_of_its_kind() {
    let syntax = Err(Fault::UnsupportedNameSyntax);
    let network = &[10, 1, 0, 0, 255, 255, 0, 0][..];
    for (ip, base, expected) in [
        (&[10, 1, 2, 3][..], network, Ok(true)),
        (&[10, 2, 2, 3], network, Ok(false)),
        (&[0; 16], network, Ok(false)),
        (&[0; 16], &[0; 32], Ok(true)),
        (&[10, 1, 2], network, syntax),
        (&[10, 1, 2, 3], &network[..4], syntax),
    ] {
        assert_eq!(matches(Name::Ip(ip), Name::Ip(base)), expected.map(Some));
    }
}

#[test]
fn names_of_another_kind_are_not_in_question_and_some_kinds_are_not_supported() {
    let dns = || Name::Dns(b"a.example");
    assert_eq!(matches(dns(), Name::Uri(b"a.example")), Ok(None));
    assert_eq!(matches(Name::Other(&[42]), Name::Other(&[43])), Ok(None));
    let unsupported = Err(Fault::UnsupportedConstraintType);
    for (name, base) in [
        (Name::RegisteredId(&[42]), Name::RegisteredId(&[42])),
        (Name::Other(&[42]), Name::Other(&[42])),
        (Name::X400, Name::X400),
    ] {
        assert_eq!(matches(name, base), unsupported);
    }
    let bounded = Subtree {
        base: dns(),
        is_bounded: true,
    };
    assert_eq!(bounded.matches(&dns()), Err(Fault::SubtreeMinMax));
    assert_eq!(bounded.matches(&Name::X400), Ok(None));
}

#[test]
fn a_common_name_counts_where_it_looks_like_that_of_a_host() {
    for name in ["a.example", "a-b.example", "_a.b"] {
        assert!(is_dns_name(name), "{name}");
    }
    for name in [
        "example", "a..b", ".a.b", "a.b.", "-a.b", "a.-b", "a-.b", "a b.c", "*.a.b", "é.b", "",
    ] {
        assert!(!is_dns_name(name), "{name}");
    }
}
