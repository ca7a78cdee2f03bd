//! Settings that are ready to be put in force, and the trace they leave on the disk if they are not.

use std::path::PathBuf;

use tracing_subscriber::EnvFilter;

use super::disk::{Disk, Opened};
use super::file::{Place, World};
use super::{Error, Settings};

/// Settings that can be put in force by [`Handle::commit`](super::Handle::commit): all that may fail has been done. Dropped without that, it
/// removes what it made.
pub struct Prepared {
    pub(super) settings: Settings,
    pub(super) filter: Option<EnvFilter>,
    /// The files of another directory: main, audit.
    pub(super) files: Option<[Opened; 2]>,
    pub(super) fresh: Fresh,
}

/// What happens to files and directories that were made for settings that never come into force.
pub(super) struct Fresh {
    world: World,
    files: Vec<PathBuf>,
    directories: Vec<PathBuf>,
}

impl Fresh {
    pub(super) fn new(world: &World) -> Fresh {
        Fresh {
            world: world.clone(),
            files: Vec::new(),
            directories: Vec::new(),
        }
    }

    pub(super) fn open(&mut self, place: &Place) -> Result<Opened, Error> {
        let path = place.current();
        let opened = self.try_open(place);
        opened.map_err(|source| Error::Open { path, source })
    }

    fn try_open(&mut self, place: &Place) -> std::io::Result<Opened> {
        let made = self.world.disk.make_directory(&place.directory)?;
        self.directories.splice(0..0, made);
        let opened = self.world.disk.open(&place.current())?;
        if opened.created {
            self.files.push(place.current());
        }
        Ok(opened)
    }

    /// They stay.
    pub(super) fn keep(&mut self) {
        self.files.clear();
        self.directories.clear();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // What cannot be removed stays: an empty file, or a directory that somebody else uses by now.
        let disk: &dyn Disk = &*self.world.disk;
        for file in &self.files {
            if disk.look(file).is_ok_and(|identity| identity.len == 0) {
                let _ = disk.remove(file);
            }
        }
        for directory in &self.directories {
            let _ = disk.remove_directory(directory);
        }
    }
}
