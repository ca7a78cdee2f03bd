//! chatctl.
