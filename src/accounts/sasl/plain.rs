//! PLAIN (RFC 4616): the password, said, in one answer: `[authzid] NUL authcid NUL passwd`.

use crate::accounts::{Book, Login, Why};
use crate::password::prepared;

use super::{Step, authorize};

pub(super) fn begin(book: &Book, response: &str) -> Result<Step, Why> {
    let mut parts = response.split('\0');
    let (Some(identity), Some(name), Some(password), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Why::Malformed("it is not three parts with NULs between"));
    };
    let login: Login = name.parse()?;
    if !identity.is_empty() {
        authorize(&login, identity)?;
    }
    if password.is_empty() {
        return Err(Why::Malformed("the password is empty"));
    }
    let account = book.find(&login.name);
    let account = account.filter(|account| account.password.is_some());
    Ok(Step::Verify {
        account: account.map(|account| account.id),
        login,
        password: prepared(password).into(),
    })
}
