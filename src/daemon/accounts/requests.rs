//! What clients ask about accounts, answered beside everything else.

use super::changes::fingerprint;
use super::{
    Accounts, Answer, Denial, Device, Fingerprint, Hashes, IpAddr, Mechanism, NONCE, PasswordHash,
    Unfit, chat, fit_password, hashes, random, sasl,
};
use crate::accounts::Login;
use crate::chat::Nick;
use crate::daemon::control::Daemon;
use crate::daemon::errands::tried;
use crate::daemon::passwords::{Asked, Passwords, Refused, Tried};
use crate::net::exempts;
use crate::password::prepared;
use crate::protocol::account::{Change, Request};

/// What is to be found out about a password.
struct Verify {
    account: Option<u64>,
    login: Login,
    password: Box<str>,
}

impl Daemon {
    /// What comes of a request; to be awaited beside everything else.
    pub(in crate::daemon) fn account_request(
        &mut self,
        request: &Request,
        from: IpAddr,
    ) -> impl Future<Output = Answer> + Send + use<> {
        let answer = self.answer_to(request, from);
        async move {
            match answer {
                Ok(answer) => answer.await.unwrap_or_else(Answer::Denied),
                Err(denial) => Answer::Denied(denial),
            }
        }
    }

    fn answer_to(&mut self, request: &Request, from: IpAddr) -> Result<Later, Denial> {
        let Some(accounts) = self.accounts.clone() else {
            return Err(Denial::Unavailable("there are none here".into()));
        };
        match request {
            Request::Authenticate {
                mechanism,
                state,
                response,
                certificate,
            } => {
                let certificate = certificate.as_ref().and_then(|hex| hex.parse().ok());
                let mechanism = Mechanism::parse(mechanism).ok_or(Denial::Wrong)?;
                let step = match state {
                    Some(state) => {
                        sasl::go_on(&accounts.book(), state, response, &accounts.0.secret)
                    }
                    None => accounts.begin(mechanism, response, certificate.as_ref())?,
                };
                self.take_step(&accounts, step, from)
            }
            Request::Identify { login, password } => {
                let login: Login = login.parse().map_err(|_| Denial::Wrong)?;
                let account = accounts.book().find(&login.name).map(|record| record.id);
                let verify = Verify {
                    account,
                    login,
                    password: prepared(password).into(),
                };
                Ok(self.verify(&accounts, verify, from))
            }
            Request::Register { name, password } => {
                self.register(&accounts, name, password.as_bytes(), from)
            }
            Request::Change { account, change } => self.change(&accounts, *account, change, from),
        }
    }

    fn take_step(
        &mut self,
        accounts: &Accounts,
        step: sasl::Step,
        from: IpAddr,
    ) -> Result<Later, Denial> {
        let limits = &self.loaded.settings.limits;
        match step {
            sasl::Step::Challenge {
                data,
                state,
                account,
            } => {
                let by = tried(limits, from, account);
                self.passwords.may_try(by).map_err(refused)?;
                let data = data.into();
                Ok(at_once(Ok(Answer::Challenge { data, state })))
            }
            sasl::Step::Verify {
                account,
                login,
                password,
            } => {
                let verify = Verify {
                    account,
                    login,
                    password,
                };
                Ok(self.verify(accounts, verify, from))
            }
            sasl::Step::Proven { account, login } => {
                let by = tried(limits, from, Some(account));
                // Without it, who tries proofs would learn which one is right, if not more.
                self.passwords.may_try(by).map_err(refused)?;
                self.passwords.tried(by, true);
                Ok(at_once(accounts.admitted(account, &login)))
            }
            sasl::Step::Failed { account, why } => {
                let by = tried(limits, from, account);
                self.passwords.may_try(by).map_err(refused)?;
                tracing::info!(%from, account, %why, "an account is not proven");
                if let crate::accounts::Why::Suspended(reason) = why {
                    return Err(Denial::Suspended(reason.as_str().into()));
                }
                self.passwords.tried(by, false);
                Err(Denial::Wrong)
            }
        }
    }

    fn verify(&mut self, accounts: &Accounts, verify: Verify, from: IpAddr) -> Later {
        let limits = &self.loaded.settings.limits;
        let by = tried(limits, from, verify.account);
        let checked = self.checked(accounts, verify.account, verify.password, by);
        let accounts = accounts.clone();
        Box::pin(async move {
            let account = match (checked.await, verify.account) {
                (Ok(()), Some(account)) => account,
                (Ok(()), None) => return Err(Denial::Wrong),
                (Err(why), account) => {
                    tracing::info!(%from, account, %why, "an account is not proven");
                    return Err(refused(why));
                }
            };
            accounts.admitted(account, &verify.login)
        })
    }

    /// Whether this is the account's password.
    fn checked(
        &mut self,
        accounts: &Accounts,
        account: Option<u64>,
        password: Box<str>,
        by: Tried,
    ) -> impl Future<Output = Result<(), Refused>> + Send + use<> {
        let at_once = self.loaded.settings.limits.hashes;
        accounts.checked(&mut self.passwords, at_once, (account, password), by)
    }

    /// The hashes of a new password, when they are made.
    pub(super) fn hashed(
        &mut self,
        name: &Nick,
        password: &[u8],
    ) -> Result<impl Future<Output = Result<Hashes, Denial>> + Send + use<>, Denial> {
        let password = fit_password(password, name).map_err(|unfit| match unfit {
            Unfit::Weak(_) => Denial::Weak(unfit.to_string().into()),
            Unfit::Unacceptable(_) => Denial::Unacceptable(unfit.to_string().into()),
        })?;
        let at_once = self.loaded.settings.limits.hashes;
        let made = self.passwords.make(at_once, move || hashes(&password));
        Ok(async move {
            let hashes = made.await.ok_or(Denial::Busy)?;
            let none = || Denial::Unavailable("the system gives no random bytes".into());
            hashes.ok_or_else(none)
        })
    }

    fn register(
        &mut self,
        accounts: &Accounts,
        name: &Nick,
        password: &[u8],
        from: IpAddr,
    ) -> Result<Later, Denial> {
        let settings = &self.loaded.settings;
        if !settings.accounts.registration {
            return Err(Denial::Closed);
        }
        accounts
            .book()
            .may_register(name)
            .map_err(|_| Denial::Taken)?;
        let limits = &settings.limits;
        let rate = limits.register_rate;
        let rate = rate.filter(|_| !exempts(&limits.exempt, from));
        let hashed = self.hashed(name, password)?;
        self.passwords
            .may_make(from, rate)
            .map_err(Denial::TooMany)?;
        let (accounts, name) = (accounts.clone(), name.clone());
        Ok(Box::pin(async move {
            let record = accounts.make(name, Some(hashed.await?)).await?;
            tracing::info!(%from, account = record.id, name = %record.name, "an account was made");
            let id = record.id;
            Ok(Answer::Made(chat::Login { id, device: None }))
        }))
    }

    fn change(
        &mut self,
        accounts: &Accounts,
        id: u64,
        change: &Change,
        from: IpAddr,
    ) -> Result<Later, Denial> {
        let accounts = accounts.clone();
        Ok(match change {
            Change::Password(password) => {
                let name = accounts.book().get(id).map(|record| record.name.clone());
                let hashed = self.hashed(&name.ok_or(Denial::Wrong)?, password.as_bytes())?;
                let was = accounts.password_of(Some(id));
                Box::pin(async move {
                    accounts.replace_password(id, was, hashed.await?).await?;
                    Ok(Answer::Done)
                })
            }
            Change::AddCertificate(given) => {
                let given = fingerprint(given)?;
                Box::pin(async move {
                    accounts.add_certificate(id, given).await?;
                    Ok(Answer::Done)
                })
            }
            Change::RemoveCertificate(given) => {
                let given = fingerprint(given)?;
                Box::pin(async move {
                    accounts.remove_certificate(id, given).await?;
                    Ok(Answer::Done)
                })
            }
            Change::AlwaysOn(on) => {
                let on = *on;
                Box::pin(async move {
                    let set = move |record: &mut crate::accounts::Record| {
                        record.always_on = on;
                        Ok(())
                    };
                    accounts.change(id, set).await?;
                    Ok(Answer::Done)
                })
            }
            Change::ListCertificates => {
                let book = accounts.book();
                let record = book.get(id).ok_or(Denial::Wrong)?;
                let all = record.certificates.iter();
                let all = all.map(|one| one.to_string().into()).collect();
                at_once(Ok(Answer::Certificates(all)))
            }
            Change::Drop(password) => {
                let by = tried(&self.loaded.settings.limits, from, Some(id));
                let password = prepared(password).into();
                let checked = self.checked(&accounts, Some(id), password, by);
                Box::pin(async move {
                    checked.await.map_err(refused)?;
                    accounts.remove(id).await?;
                    tracing::info!(%from, account = id, "an account was removed by its owner");
                    Ok(Answer::Done)
                })
            }
        })
    }
}

impl Accounts {
    /// Whether this is the account's password, also when it has been verified, which may have had to wait for its turn.
    pub(super) fn checked(
        &self,
        passwords: &mut Passwords,
        at_once: usize,
        (account, password): (Option<u64>, Box<str>),
        by: Tried,
    ) -> impl Future<Output = Result<(), Refused>> + Send + use<> {
        let hash = self.password_of(account);
        let asked = Asked {
            password,
            hash: hash.clone(),
            by,
            hopeless: false,
            shared: false,
        };
        let verified = passwords.check(asked, at_once);
        let accounts = self.clone();
        async move {
            verified.await?;
            if accounts.password_of(account) != hash {
                return Err(Refused::Wrong);
            }
            Ok(())
        }
    }

    pub(super) fn password_of(&self, account: Option<u64>) -> Option<PasswordHash> {
        self.book().get(account?)?.password.clone()
    }

    fn begin(
        &self,
        mechanism: Mechanism,
        response: &[u8],
        certificate: Option<&Fingerprint>,
    ) -> Result<sasl::Step, Denial> {
        let none = || Denial::Unavailable("the system gives no random bytes".into());
        let nonce: [u8; NONCE] = random().ok_or_else(none)?;
        let (book, secret) = (self.book(), &self.0.secret);
        Ok(sasl::begin(
            &book,
            mechanism,
            response,
            certificate,
            secret,
            &nonce,
        ))
    }

    /// Who has proven to be an account is let in, unless nobody is.
    fn admitted(&self, account: u64, login: &Login) -> Result<Answer, Denial> {
        let book = self.book();
        match book.admit(account) {
            Ok(record) => Ok(Answer::Proven(chat::Login {
                id: record.id,
                device: login.device.as_ref().map(Device::as_str).map(Into::into),
            })),
            Err(crate::accounts::Why::Suspended(reason)) => {
                Err(Denial::Suspended(reason.as_str().into()))
            }
            Err(_) => Err(Denial::Wrong),
        }
    }
}

/// An answer that takes its time.
type Later = std::pin::Pin<Box<dyn Future<Output = Result<Answer, Denial>> + Send>>;

fn at_once(answer: Result<Answer, Denial>) -> Later {
    Box::pin(std::future::ready(answer))
}

fn refused(refused: Refused) -> Denial {
    match refused {
        Refused::Wrong => Denial::Wrong,
        Refused::Busy => Denial::Busy,
        Refused::TooMany(wait) => Denial::TooOften(wait),
    }
}
