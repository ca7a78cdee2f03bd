//! `chatctl watch`: what happens, a line each, until the reader or the daemon goes.

use crate::admin::Request;
use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;
use crate::ctl::happening;
use crate::ctl::select::SelectArgs;

/// `chatctl watch [SELECT]`.
pub(crate) fn watch(
    desk: &mut Desk<'_, '_>,
    select: SelectArgs,
    messages: bool,
) -> Result<(), Failure> {
    let select = select.into_select()?;
    for happening in desk
        .connect()?
        .watch(&Request::Watch { select, messages })?
    {
        let happening = happening?;
        if desk.wants_json() {
            desk.json(&happening)?;
        } else if let Some(line) = happening::line(&happening, &desk.terminal.zone) {
            desk.line(line)?;
        }
        desk.flush()?;
    }
    Err(Failure::Gone)
}
