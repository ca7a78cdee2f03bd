//! What every Varlink service answers about itself: `org.varlink.service` (<https://varlink.org/Service>).

use serde_json::{Map, Value, json};

use super::wire::{SERVICE, Standard};
use super::{DESCRIPTION, INTERFACE};

/// The standard interface, as the specification has it.
const SERVICE_DESCRIPTION: &str = include_str!("org.varlink.service.varlink");

/// Answers a method of the standard interface.
pub(super) fn answer(method: &str, mut parameters: Map<String, Value>) -> Result<Value, Standard> {
    let reply = match method {
        "GetInfo" => json!({
            "vendor": "chatd",
            "product": "chatd",
            "version": env!("CARGO_PKG_VERSION"),
            "url": env!("CARGO_PKG_REPOSITORY"),
            "interfaces": [SERVICE, INTERFACE],
        }),
        "GetInterfaceDescription" => {
            let Some(Value::String(interface)) = parameters.remove("interface") else {
                return Err(Standard::InvalidParameter {
                    parameter: "interface".into(),
                });
            };
            let description = match interface.as_str() {
                SERVICE => SERVICE_DESCRIPTION,
                INTERFACE => DESCRIPTION,
                _ => return Err(Standard::InterfaceNotFound { interface }),
            };
            json!({ "description": description })
        }
        _ => {
            return Err(Standard::MethodNotFound {
                method: format!("{SERVICE}.{method}"),
            });
        }
    };
    match parameters.into_iter().next() {
        Some((parameter, _)) => Err(Standard::InvalidParameter { parameter }),
        None => Ok(reply),
    }
}
