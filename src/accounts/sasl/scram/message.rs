//! The messages of a SCRAM client (RFC 5802 §7), taken apart. Knows nobody's name and no key.

use data_encoding::BASE64;

use crate::accounts::Why;
use crate::password::scram::KEY;

/// `client-first-message`.
pub(super) struct First<'a> {
    /// `gs2-header`, which the last message has to repeat.
    pub(super) header: &'a str,
    /// `authzid`: who it wants to be, where it says so.
    pub(super) identity: Option<String>,
    /// `client-first-message-bare`, which is signed.
    pub(super) bare: &'a str,
    /// `username`.
    pub(super) name: String,
    /// `c-nonce`.
    pub(super) nonce: &'a str,
}

/// `client-final-message`.
pub(super) struct Final<'a> {
    /// `cbind-input`, in base 64.
    pub(super) binding: &'a str,
    /// `c-nonce` and `s-nonce`.
    pub(super) nonce: &'a str,
    /// What is signed.
    pub(super) without_proof: &'a str,
    /// `ClientProof`.
    pub(super) proof: [u8; KEY],
}

impl<'a> First<'a> {
    pub(super) fn parse(message: &'a str) -> Result<First<'a>, Why> {
        let malformed = || Why::Malformed("its header is not n,, or n,a=NAME,");
        let (flag, rest) = message.split_once(',').ok_or_else(malformed)?;
        match flag {
            // "The client supports channel binding and thinks the server does not": it is right.
            "n" | "y" => {}
            _ if flag.starts_with("p=") => return Err(Why::ChannelBinding),
            _ => return Err(malformed()),
        }
        let (identity, bare) = rest.split_once(',').ok_or_else(malformed)?;
        let identity = match identity.strip_prefix("a=") {
            Some(name) => Some(saslname(name)?),
            None if identity.is_empty() => None,
            None => return Err(malformed()),
        };
        let mut attributes = bare.split(',');
        let name = attributes.next().unwrap_or_default();
        if name.starts_with("m=") {
            return Err(Why::Extension);
        }
        let name = name.strip_prefix("n=").ok_or(Why::Malformed("no n="))?;
        let nonce = nonce(attributes.next())?;
        extensions(attributes)?;
        Ok(First {
            header: &message[..message.len() - bare.len()],
            identity,
            bare,
            name: saslname(name)?,
            nonce,
        })
    }
}

impl<'a> Final<'a> {
    pub(super) fn parse(message: &'a str) -> Result<Final<'a>, Why> {
        let parts = message.rsplit_once(",p=");
        let (without_proof, proof) = parts.ok_or(Why::Malformed("no proof at its end"))?;
        let proof = BASE64.decode(proof.as_bytes()).ok();
        let proof = proof.and_then(|proof| proof.try_into().ok());
        let mut attributes = without_proof.split(',');
        let binding = attributes.next().and_then(|a| a.strip_prefix("c="));
        let binding = binding.ok_or(Why::Malformed("no c="))?;
        let nonce = nonce(attributes.next())?;
        extensions(attributes)?;
        Ok(Final {
            binding,
            nonce,
            without_proof,
            proof: proof.ok_or(Why::Malformed("the proof is not 32 bytes in base 64"))?,
        })
    }
}

/// `nonce`: printable ASCII; where it ends, a comma is.
fn nonce(attribute: Option<&str>) -> Result<&str, Why> {
    let nonce = attribute.and_then(|attribute| attribute.strip_prefix("r="));
    let good = nonce.filter(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_graphic()));
    good.ok_or(Why::Malformed("no nonce of printable characters"))
}

/// `extensions`: those that there may be are ignored, all but `m=` (RFC 5802 §5.1).
fn extensions<'a>(mut attributes: impl Iterator<Item = &'a str>) -> Result<(), Why> {
    attributes.try_for_each(|attribute| match attribute.as_bytes() {
        [b'm', b'=', ..] => Err(Why::Extension),
        [name, b'=', _, ..] if name.is_ascii_alphabetic() => Ok(()),
        _ => Err(Why::Malformed(
            "an attribute is not a letter, = and a value",
        )),
    })
}

/// `saslname`: `=2C` is a comma, `=3D` an equals sign, and no other `=` may be in it.
fn saslname(text: &str) -> Result<String, Why> {
    let malformed = || Why::Malformed("a name is empty, or has an = that is neither =2C nor =3D");
    if text.is_empty() {
        return Err(malformed());
    }
    let mut parts = text.split('=');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sign, rest) = match part.split_at_checked(2) {
            Some(("2C", rest)) => (',', rest),
            Some(("3D", rest)) => ('=', rest),
            _ => return Err(malformed()),
        };
        name.push(sign);
        name.push_str(rest);
    }
    Ok(name)
}
