use super::*;

fn texts(range: Range) -> (String, String) {
    let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    (text(range.0), text(range.1))
}

#[test]
fn a_path_tells_the_keys_of_its_node() {
    let path = Path::new("a/b");
    assert_eq!(path.file(), "/a/b");
    assert_eq!(path.marker(), "/a/b/");
    assert_eq!(texts(path.below()), ("/a/b/".into(), "/a/b0".into()));
    assert_eq!(texts(path.inside()), ("/a/b/\0".into(), "/a/b0".into()));
    assert_eq!(path.created_record(), "etcdjs/created/a/b");
    assert_eq!(path.seq_record(), "etcdjs/seq/a/b/");
    assert_eq!((path.text().as_str(), path.depth()), ("/a/b", 2));
    assert_eq!(path.child("c"), Path::new("a/b/c"));
}

#[test]
fn the_root_is_the_directory_of_all_paths() {
    let root = Path::new("");
    assert!(root.is_root() && root.ancestors().is_empty());
    assert_eq!(texts(root.below()), ("/".into(), "0".into()));
    assert_eq!((root.text().as_str(), root.depth()), ("/", 0));
    assert_eq!(root.child("a"), Path::new("a"));
}

#[test]
fn the_directories_above_come_topmost_first() {
    let above = Path::new("a/b/c").ancestors();
    assert_eq!(above, [Path::new("a"), Path::new("a/b")]);
    assert!(Path::new("a").ancestors().is_empty());
}

#[test]
fn a_wait_watches_its_node_and_below_it_if_it_is_recursive() {
    let path = Path::new("a");
    assert_eq!(texts(path.watched(false)), ("/a".into(), "/a/\0".into()));
    assert_eq!(texts(path.watched(true)), ("/a".into(), "/a0".into()));
    let root = Path::new("");
    assert_eq!(texts(root.watched(false)), ("/".into(), "/\0".into()));
    assert_eq!(texts(root.watched(true)), ("/".into(), "0".into()));
    let table: [(&[u8], bool, bool); 8] = [
        (b"/a", true, true),
        (b"/a/", true, true),
        (b"/a/b", false, true),
        (b"/a-b", false, false),
        (b"/a/_b", false, false),
        (b"/a/b/_c/d", false, false),
        (b"/a/b_", false, true),
        (b"/b", false, false),
    ];
    for (key, plain, recursive) in table {
        assert_eq!(path.belongs(key, false), plain, "{key:?}");
        assert_eq!(path.belongs(key, true), recursive, "{key:?}");
    }
}

#[test]
fn nodes_are_sorted_by_the_names_in_their_paths() {
    let node = |key: &'static str| KeyValue {
        key: key.into(),
        ..KeyValue::default()
    };
    let mut nodes = ["/a", "/a-b", "/a/", "/a/b", "/a0"].map(node);
    sort(&mut nodes);
    let keys = nodes.map(|node| node.key);
    assert_eq!(keys, ["/a", "/a/", "/a/b", "/a-b", "/a0"]);
}
