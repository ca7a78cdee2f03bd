//! Varlink on the wire, pure: bytes of one message to a call, outcomes to bytes (<https://varlink.org/Method-Call>).
//! Does not read or write.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::json::Strict;
use super::{Error, INTERFACE, Reply, Request};

/// Varlink's own interface, which every service has.
pub(super) const SERVICE: &str = "org.varlink.service";

/// One call as it came: the method by name, its parameters not looked at yet.
#[derive(Debug, PartialEq)]
pub(super) struct Incoming {
    /// `interface.Method`.
    pub(super) method: String,
    pub(super) parameters: Map<String, Value>,
    pub(super) oneway: bool,
    pub(super) more: bool,
    pub(super) upgrade: bool,
}

/// The errors of `org.varlink.service`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "error", content = "parameters")]
pub(super) enum Standard {
    #[serde(rename = "org.varlink.service.InterfaceNotFound")]
    InterfaceNotFound { interface: String },
    #[serde(rename = "org.varlink.service.MethodNotFound")]
    MethodNotFound { method: String },
    #[serde(rename = "org.varlink.service.MethodNotImplemented")]
    MethodNotImplemented { method: String },
    #[serde(rename = "org.varlink.service.InvalidParameter")]
    InvalidParameter { parameter: String },
    #[serde(rename = "org.varlink.service.ExpectedMore")]
    ExpectedMore {},
}

/// Why a message is not a call.
#[derive(Debug, PartialEq)]
pub(super) enum Malformed {
    /// It is not JSON, or not an object; what is wrong, and where.
    Json(String),
    /// A member of the call is wrong.
    Member {
        error: Standard,
        /// Whether its sender wants no reply.
        oneway: bool,
    },
}

/// Reads one message, without its NUL.
pub(super) fn parse(message: &[u8]) -> Result<Incoming, Malformed> {
    let Strict(value) =
        serde_json::from_slice(message).map_err(|error| Malformed::Json(error.to_string()))?;
    let Value::Object(mut call) = value else {
        return Err(Malformed::Json("expected an object".into()));
    };
    let oneway = call.get("oneway") == Some(&Value::Bool(true));
    let wrong = |member: &str| Malformed::Member {
        error: Standard::InvalidParameter {
            parameter: member.into(),
        },
        oneway,
    };
    let Some(Value::String(method)) = call.remove("method") else {
        return Err(wrong("method"));
    };
    let parameters = match call.remove("parameters") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(parameters)) => parameters,
        Some(_) => return Err(wrong("parameters")),
    };
    let mut flag = |member: &str| match call.remove(member) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(set)) => Ok(set),
        Some(_) => Err(wrong(member)),
    };
    let (oneway, more, upgrade) = (flag("oneway")?, flag("more")?, flag("upgrade")?);
    // Extensions are allowed only under a vendor's name in reverse-domain notation.
    if let Some(member) = call.keys().find(|member| !member.contains('.')) {
        return Err(wrong(member));
    }
    Ok(Incoming {
        method,
        parameters,
        oneway,
        more,
        upgrade,
    })
}

/// The request that a call of one of our methods (its name without the interface) makes.
pub(super) fn request(method: &str, parameters: Map<String, Value>) -> Result<Request, Standard> {
    let mut parameters = Value::Object(parameters);
    drop_nulls(&mut parameters);
    check_objects(&parameters)?;
    let mut whole = Map::new();
    whole.insert("method".into(), method.into());
    whole.insert("parameters".into(), parameters);
    serde_path_to_error::deserialize(Value::Object(whole)).map_err(|error| {
        let path = error.path().to_string();
        if path == "method" {
            return Standard::MethodNotFound {
                method: format!("{INTERFACE}.{method}"),
            };
        }
        Standard::InvalidParameter {
            parameter: name_of(&path, &error.inner().to_string()),
        }
    })
}

/// The name of a wrong parameter, from where and what serde says.
fn name_of(path: &str, message: &str) -> String {
    let path = path.strip_prefix("parameters").unwrap_or("");
    let path = path.strip_prefix('.').unwrap_or(path);
    let named = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split_once('`'))
        .map(|(name, _)| name);
    match named {
        Some(name) if path.is_empty() => name.into(),
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path.into(),
        Some(name) => format!("{path}.{name}"),
        None => path.into(),
    }
}

/// Serde would take an array for an object, its elements for the members.
fn check_objects(parameters: &Value) -> Result<(), Standard> {
    let wrong = |parameter: String| Err(Standard::InvalidParameter { parameter });
    if parameters.get("select").is_some_and(Value::is_array) {
        return wrong("select".into());
    }
    let files = parameters.get("files").and_then(Value::as_array);
    match files.and_then(|files| files.iter().position(Value::is_array)) {
        Some(index) => wrong(format!("files[{index}]")),
        None => Ok(()),
    }
}

/// In Varlink a null member is the same as none (`?type`).
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// A message that carries an outcome: `continues` says that more follow.
pub(super) fn outcome(outcome: &Result<Reply, Error>, continues: bool) -> Vec<u8> {
    match outcome {
        // Some clients cannot read empty parameters as those of a method that has none.
        Ok(Reply::Done {}) => message(&Success::<()> {
            parameters: None,
            continues,
        }),
        Ok(reply) => success(reply, continues),
        Err(error) => message(&Failure(error)),
    }
}

/// A message that carries these parameters.
pub(super) fn success(parameters: &impl Serialize, continues: bool) -> Vec<u8> {
    message(&Success {
        parameters: Some(parameters),
        continues,
    })
}

/// A message that carries a standard error.
pub(super) fn standard(error: &Standard) -> Vec<u8> {
    message(error)
}

#[derive(Serialize)]
struct Success<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a T>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    continues: bool,
}

/// An error of ours under its full name.
struct Failure<'a>(&'a Error);

impl Serialize for Failure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut whole = serde_json::to_value(self.0).map_err(serde::ser::Error::custom)?;
        let name = whole["error"].as_str().unwrap_or("Failed");
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("error", &format!("{INTERFACE}.{name}"))?;
        map.serialize_entry("parameters", &whole["parameters"].take())?;
        map.end()
    }
}

fn message(value: &impl Serialize) -> Vec<u8> {
    // Only a map with keys that are not strings cannot be written, and there is none.
    let mut bytes = serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec());
    bytes.push(0);
    bytes
}

#[cfg(test)]
mod tests;
