//! Content types as Go's `mime` reads them (`ParseMediaType`), as far as etcd asks. Pure.

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether the body of a request with this content type is a form.
///
/// # Errors
/// If it is no content type.
pub fn is_form(content_type: Option<&str>) -> Result<bool, &'static str> {
    let Some(text) = content_type.filter(|text| !text.is_empty()) else {
        return Ok(false);
    };
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let name = name.trim().to_ascii_lowercase();
    check_name(&name)?;
    let mut parameters = parameters.split(';').map(str::trim);
    if !parameters.all(|parameter| parameter.is_empty() || is_parameter(parameter)) {
        return Err("mime: invalid media parameter");
    }
    Ok(name == FORM)
}

fn check_name(name: &str) -> Result<(), &'static str> {
    let (kind, rest) = split_token(name);
    if kind.is_empty() {
        return Err("mime: no media type");
    }
    if rest.is_empty() {
        return Ok(());
    }
    let Some(rest) = rest.strip_prefix('/') else {
        return Err("mime: expected slash after first token");
    };
    match split_token(rest) {
        ("", _) => Err("mime: expected token after slash"),
        (_, "") => Ok(()),
        _ => Err("mime: unexpected content after media subtype"),
    }
}

fn is_parameter(text: &str) -> bool {
    let is_value = |value: &str| value.starts_with('"') || split_token(value) == (value, "");
    text.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty() && split_token(name).1.is_empty() && !value.is_empty() && is_value(value)
    })
}

/// A token at the beginning (RFC 9110 §5.6.2), and the rest.
fn split_token(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}
