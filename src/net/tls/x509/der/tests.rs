use super::*;

#[test]
fn a_value_has_a_tag_of_one_byte_and_a_definite_length() {
    for (der, expected) in [
        (&[4, 1, 9][..], Some((4, &[9][..], 0))),
        (&[4, 0, 9], Some((4, &[], 1))),
        (&[4, 0x82, 0, 1, 9], Some((4, &[9], 0))),
        (&[4, 0x80, 9, 0, 0], None),
        (&[4, 0x85, 0, 0, 0, 0, 1, 9], None),
        (&[4, 0x84, 0xff, 0xff, 0xff, 0xff, 9], None),
        (&[4, 2, 9], None),
        (&[4, 0x81], None),
        (&[4], None),
        (&[], None),
        (&[0, 0], None),
        (&[0x1f, 4, 1, 9], None),
    ] {
        let mut rest = der;
        let read = first(&mut rest).map(|(tag, content)| (tag, content, rest.len()));
        assert_eq!(read, expected, "{der:?}");
    }
}

#[test]
fn an_object_identifier_has_whole_numbers_in_as_few_bytes_as_they_need() {
    for (bytes, text) in [
        (&[42][..], "1.2"),
        (&[42, 0x86, 0x48], "1.2.840"),
        (&[0x88, 0x37, 0], "2.999.0"),
    ] {
        assert!(is_oid(bytes), "{bytes:?}");
        assert_eq!(dotted(bytes), text);
    }
    let long = [&[42][..], &[0xff; 30], &[0x7f]].concat();
    assert_eq!(dotted(&long), format!("1.2.{}", u128::MAX));
    for bytes in [&[][..], &[0x80], &[42, 0x86], &[42, 0x80, 1], &[0x80, 1]] {
        assert!(!is_oid(bytes), "{bytes:?}");
    }
}

#[test]
fn an_integer_has_no_more_bytes_than_it_needs() {
    for bytes in [&[0][..], &[0, 0x80], &[0xff], &[0xff, 0x7f], &[1, 0]] {
        assert!(is_integer(bytes), "{bytes:?}");
    }
    for bytes in [&[][..], &[0, 0x7f], &[0xff, 0x80]] {
        assert!(!is_integer(bytes), "{bytes:?}");
    }
}

#[test]
fn the_bits_that_a_bit_string_does_not_use_are_not_set() {
    for (content, expected) in [
        (&[0, 0x80][..], Some(1)),
        (&[5, 0xff], Some(0b111)),
        (&[7, 0x80, 0x80], Some(0x101)),
        (&[0, 0, 0, 0xff], Some(0)),
        (&[0], Some(0)),
        (&[8, 0x80], None),
        (&[], None),
    ] {
        assert_eq!(first_bits(content), expected, "{content:?}");
    }
}
