use super::node::Ino;
use super::path::{Finish, Last, Place, text};
use super::program_files::finish;
use super::tree::Slot;
use super::{Errno, Files};

/// Names are made, moved and taken away as POSIX says; all of these can also fail in resolving their paths, with
/// `EROFS` where the image does not let programs write, and where they make something, with `EDQUOT` or `ENOSPC`.
impl Files {
    /// Makes an empty directory.
    ///
    /// # Errors
    /// `EEXIST`, `ENOENT`.
    pub fn path_create_directory(&mut self, dir: u32, path: &[u8], now: u64) -> Result<(), Errno> {
        let slot = self.vacant(dir, path, true)?;
        self.tree.create_dir(slot, now).map(drop)
    }

    /// Makes a symbolic link. Its target may be anything but empty; from `/` on it is the program's own root.
    ///
    /// # Errors
    /// `EEXIST`, `ENOENT`; `EILSEQ`, `EINVAL`, `ENAMETOOLONG` for a target that no path could be.
    pub fn path_symlink(&mut self, target: &[u8], dir: u32, path: &[u8], now: u64) -> Result<(), Errno> {
        let target = text(target)?;
        let slot = self.vacant(dir, path, false)?;
        self.tree.create_symlink(slot, target, now).map(drop)
    }

    /// A symbolic link's target. The caller cuts it to the guest's buffer.
    ///
    /// # Errors
    /// `EINVAL` when it is no symbolic link.
    pub fn path_readlink(&self, dir: u32, path: &[u8]) -> Result<&str, Errno> {
        let ino = self.find(dir, 0, path)?;
        self.tree.view().link_target(ino).ok_or(Errno::Inval)
    }

    /// Gives a file one more name.
    ///
    /// # Errors
    /// `EPERM` for a directory, `EEXIST`, `ENOENT`.
    pub fn path_link(
        &mut self,
        (old_dir, old_path): (u32, &[u8]),
        lookup: u32,
        (new_dir, new_path): (u32, &[u8]),
        now: u64,
    ) -> Result<(), Errno> {
        let place = self.resolve(old_dir, old_path, finish(lookup)?)?;
        let ino = place.ino.ok_or(Errno::NoEnt)?;
        let slot = self.vacant(new_dir, new_path, false)?;
        if self.tree.view().is_dir(ino) {
            return Err(Errno::Perm);
        }
        self.tree.link(slot, ino, now)
    }

    /// Takes a file's or symbolic link's name away. What has no names left can be used through descriptors that
    /// are open.
    ///
    /// # Errors
    /// `EISDIR`, `ENOENT`, `ENOTDIR` when a slash follows the name of something else than a directory.
    pub fn path_unlink_file(&mut self, dir: u32, path: &[u8], now: u64) -> Result<(), Errno> {
        let place = self.resolve(dir, path, Finish::Name)?;
        let Last::Name(slot) = place.last else { return Err(Errno::IsDir) };
        let ino = place.ino.ok_or(Errno::NoEnt)?;
        match self.tree.view().is_dir(ino) {
            true => Err(Errno::IsDir),
            false if place.slash => Err(Errno::NotDir),
            false => self.unlink(&slot, now),
        }
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// `ENOTDIR`, `ENOTEMPTY`, `ENOENT`, `EBUSY` for the root, `EINVAL` for a path that ends in `.`.
    pub fn path_remove_directory(&mut self, dir: u32, path: &[u8], now: u64) -> Result<(), Errno> {
        let place = self.resolve(dir, path, Finish::Name)?;
        let slot = match place.last {
            Last::Name(slot) => slot,
            Last::DotDot => return Err(Errno::NotEmpty),
            Last::Root => return Err(Errno::Busy),
            Last::Dot => return Err(Errno::Inval),
        };
        let ino = place.ino.ok_or(Errno::NoEnt)?;
        if !self.tree.view().is_dir(ino) {
            return Err(Errno::NotDir);
        }
        if !self.tree.view().is_empty_dir(ino) {
            return Err(Errno::NotEmpty);
        }
        self.unlink(&slot, now)
    }

    /// Moves a file, directory or symbolic link to another name, in place of a file or empty directory that is
    /// there.
    ///
    /// # Errors
    /// `EINVAL` when a directory would come to lie in itself; `ENOTEMPTY`, `EISDIR`, `ENOTDIR` when what is there
    /// can't be replaced by it; `EBUSY` for a path that ends in no name; `ENOENT`.
    pub fn path_rename(
        &mut self,
        (old_dir, old_path): (u32, &[u8]),
        (new_dir, new_path): (u32, &[u8]),
        now: u64,
    ) -> Result<(), Errno> {
        let old = self.resolve(old_dir, old_path, Finish::Name)?;
        let new = self.resolve(new_dir, new_path, Finish::Name)?;
        let (from, ino) = match old {
            Place { last: Last::Name(slot), ino, .. } if matches!(new.last, Last::Name(_)) => (slot, ino),
            _ => return Err(Errno::Busy),
        };
        let Last::Name(to) = new.last else { return Err(Errno::Busy) };
        let ino = ino.ok_or(Errno::NoEnt)?;
        if !self.tree.view().is_dir(ino) && (old.slash || new.slash) {
            return Err(Errno::NotDir);
        }
        if new.ino == Some(ino) {
            return Ok(());
        }
        self.check_rename(&from, ino, &to, new.ino)?;
        if let Some(replaced) = self.tree.rename(&from, to, now)? {
            self.release(replaced);
        }
        Ok(())
    }

    fn check_rename(&self, from: &Slot, ino: Ino, to: &Slot, replaced: Option<Ino>) -> Result<(), Errno> {
        let view = self.tree.view();
        let moves_dir = view.is_dir(ino);
        if moves_dir && self.tree.is_within(to.dir, ino) {
            return Err(Errno::Inval);
        }
        let Some(replaced) = replaced else { return Ok(()) };
        if view.is_dir(replaced) && self.tree.is_within(from.dir, replaced) {
            return Err(Errno::NotEmpty);
        }
        match (moves_dir, view.is_dir(replaced)) {
            (true, false) => Err(Errno::NotDir),
            (false, true) => Err(Errno::IsDir),
            (true, true) if !view.is_empty_dir(replaced) => Err(Errno::NotEmpty),
            _ => Ok(()),
        }
    }

    fn unlink(&mut self, slot: &Slot, now: u64) -> Result<(), Errno> {
        let ino = self.tree.unlink(slot, now)?;
        self.release(ino);
        Ok(())
    }
}
