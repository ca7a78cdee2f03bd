//! EXTERNAL (RFC 4422, appendix A): the certificate that the connection has shown; the answer is empty or who it wants to be.

use crate::accounts::{Book, Fingerprint, Login, Why};

use super::{Step, authorize};

pub(super) fn begin(
    book: &Book,
    response: &str,
    certificate: Option<&Fingerprint>,
) -> Result<Step, Why> {
    let certificate = certificate.ok_or(Why::NoCertificate)?;
    let holder = book.of_certificate(certificate);
    let holder = holder.ok_or(Why::UnknownCertificate)?;
    let name = holder.name.clone();
    let login = if response.is_empty() {
        Login { name, device: None }
    } else {
        // Which of its devices it is, only the answer can say.
        let wanted: Login = response.parse()?;
        let device = wanted.device.clone();
        authorize(&Login { name, device }, response)?;
        wanted
    };
    let account = book.admit(holder.id)?.id;
    Ok(Step::Proven { account, login })
}
