use std::sync::Arc;

use assay_api::Limits;

use super::content::Content;
use super::node::{Body, Dir, Ino, Node, ROOT};
use super::overlay::Overlay;
use super::quota::Quota;
use super::{Bytes, Errno, FileType, Image};

/// A program's files and what they cost: every change goes through here, whole or not at all.
///
/// It knows inode numbers and single names; paths are resolved before, and what POSIX demands of the two ends of
/// a rename has been checked.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    overlay: Overlay,
    quota: Quota,
}

/// A name in a directory.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) dir: Ino,
    pub(super) name: Arc<str>,
}

impl Tree {
    pub(super) fn new(image: Arc<Image>, limits: &Limits, epoch: u64) -> Self {
        Tree { overlay: Overlay::new(image, epoch), quota: Quota::new(limits) }
    }

    /// For questions that change nothing.
    pub(super) fn view(&self) -> &Overlay {
        &self.overlay
    }

    pub(super) fn limit_hit(&self) -> bool {
        self.quota.hit()
    }

    #[cfg(test)]
    pub(super) fn used(&self) -> (u64, u32) {
        self.quota.used()
    }

    /// Makes an empty file.
    pub(super) fn create_file(&mut self, slot: Slot, now: u64) -> Result<Ino, Errno> {
        self.create(slot, Body::File(Content::empty()), now)
    }

    /// Makes an empty directory.
    pub(super) fn create_dir(&mut self, slot: Slot, now: u64) -> Result<Ino, Errno> {
        self.overlay.dir_mut(slot.dir)?;
        self.quota.check_depth(self.depth(slot.dir) + 1)?;
        let parent = slot.dir;
        self.create(slot, Body::Dir(Dir::new(parent)), now)
    }

    /// Makes a symbolic link.
    pub(super) fn create_symlink(&mut self, slot: Slot, target: &str, now: u64) -> Result<Ino, Errno> {
        self.create(slot, Body::Symlink(target.into()), now)
    }

    /// Gives a file one more name.
    pub(super) fn link(&mut self, slot: Slot, ino: Ino, now: u64) -> Result<(), Errno> {
        self.overlay.dir_mut(slot.dir)?;
        let node = self.overlay.node_mut(ino)?;
        self.quota.create(0)?;
        node.names += 1;
        node.times.changed = now;
        self.put(slot, ino, now)
    }

    /// Takes a name away from what it names; returns what that was. The caller lets go of it once nothing holds it.
    pub(super) fn unlink(&mut self, slot: &Slot, now: u64) -> Result<Ino, Errno> {
        let ino = self.overlay.lookup(slot.dir, &slot.name)?.ok_or(Errno::NoEnt)?;
        self.overlay.dir_mut(slot.dir)?;
        let node = self.overlay.node_mut(ino)?;
        if node.names > 1 {
            self.quota.remove(0);
        }
        node.names = node.names.saturating_sub(1);
        node.times.changed = now;
        let (dir, times) = self.overlay.dir_mut(slot.dir)?;
        dir.entries.remove(&slot.name);
        times.touch(now);
        Ok(ino)
    }

    /// Moves what `from` names to `to`; returns what `to` named before, as [`Tree::unlink`] does.
    pub(super) fn rename(&mut self, from: &Slot, to: Slot, now: u64) -> Result<Option<Ino>, Errno> {
        let ino = self.overlay.lookup(from.dir, &from.name)?.ok_or(Errno::NoEnt)?;
        self.overlay.dir_mut(from.dir)?;
        self.overlay.dir_mut(to.dir)?;
        self.overlay.node_mut(ino)?;
        if self.overlay.is_dir(ino) && from.dir != to.dir {
            self.quota.check_depth(self.depth(to.dir) + self.height(ino))?;
        }
        let replaced = match self.overlay.lookup(to.dir, &to.name)? {
            Some(_) => Some(self.unlink(&to, now)?),
            None => None,
        };
        let node = self.overlay.node_mut(ino)?;
        node.times.changed = now;
        if let Body::Dir(dir) = &mut node.body {
            dir.parent = to.dir;
        }
        let (dir, times) = self.overlay.dir_mut(from.dir)?;
        dir.entries.remove(&from.name);
        times.touch(now);
        self.put(to, ino, now)?;
        Ok(replaced)
    }

    /// Lets go of something that has neither names nor descriptors.
    pub(super) fn forget(&mut self, ino: Ino) {
        match self.overlay.forget(ino) {
            Some(node) if node.counted => self.quota.remove(node.charge()),
            Some(node) => self.quota.refund(node.charge()),
            None => {}
        }
    }

    /// Writes to a file, zeros before `offset` where it was shorter.
    pub(super) fn write(&mut self, ino: Ino, offset: u64, bytes: &[u8], now: u64) -> Result<(), Errno> {
        if bytes.is_empty() {
            return Ok(());
        }
        let end =
            offset.checked_add(bytes.len() as u64).filter(|end| i64::try_from(*end).is_ok()).ok_or(Errno::FBig)?;
        self.change(ino, now, |content| content.len().max(end), |content| content.write(offset, bytes))
    }

    /// Cuts a file or fills it up with zeros.
    pub(super) fn set_len(&mut self, ino: Ino, len: u64, now: u64) -> Result<(), Errno> {
        if i64::try_from(len).is_err() {
            return Err(Errno::Inval);
        }
        self.change(ino, now, |_| len, |content| content.set_len(len))
    }

    /// Sets the times that are given.
    pub(super) fn set_times(
        &mut self,
        ino: Ino,
        accessed: Option<u64>,
        modified: Option<u64>,
        now: u64,
    ) -> Result<(), Errno> {
        let times = &mut self.overlay.node_mut(ino)?.times;
        times.accessed = accessed.unwrap_or(times.accessed);
        times.modified = modified.unwrap_or(times.modified);
        times.changed = now;
        Ok(())
    }

    /// Whether `dir` is `ancestor` or lies below it.
    pub(super) fn is_within(&self, mut dir: Ino, ancestor: Ino) -> bool {
        loop {
            if dir == ancestor {
                return true;
            }
            match self.overlay.parent(dir) {
                Ok(parent) if parent != dir => dir = parent,
                _ => return false,
            }
        }
    }

    /// Puts a file of the host's into a directory, or into a file that is there. It costs the program nothing.
    pub(super) fn host_file(&mut self, slot: Slot, bytes: Bytes) -> Result<(), Errno> {
        let body = Body::File(Content::shared(bytes));
        let Some(ino) = self.overlay.lookup(slot.dir, &slot.name)? else {
            return self.host_put(slot, body).map(drop);
        };
        if self.overlay.file_type(ino)? != FileType::RegularFile {
            return Err(Errno::IsDir);
        }
        let node = self.overlay.any_node_mut(ino)?;
        self.quota.refund(node.charge());
        node.body = body;
        Ok(())
    }

    /// The directory `slot` names, made by the host where it is missing.
    pub(super) fn host_dir(&mut self, slot: Slot) -> Result<Ino, Errno> {
        match self.overlay.lookup(slot.dir, &slot.name)? {
            Some(ino) => Ok(ino),
            None => {
                let parent = slot.dir;
                self.host_put(slot, Body::Dir(Dir::new(parent)))
            }
        }
    }

    fn host_put(&mut self, slot: Slot, body: Body) -> Result<Ino, Errno> {
        let epoch = self.overlay.epoch();
        let ino = self.overlay.add(Node::new(body, epoch, false));
        match &mut self.overlay.any_node_mut(slot.dir)?.body {
            Body::Dir(dir) => dir.entries.insert(slot.name, ino),
            Body::File(_) | Body::Symlink(_) => return Err(Errno::NotDir),
        };
        Ok(ino)
    }

    fn create(&mut self, slot: Slot, body: Body, now: u64) -> Result<Ino, Errno> {
        self.overlay.dir_mut(slot.dir)?;
        let node = Node::new(body, now, true);
        self.quota.create(node.charge())?;
        let ino = self.overlay.add(node);
        self.put(slot, ino, now)?;
        Ok(ino)
    }

    fn put(&mut self, slot: Slot, ino: Ino, now: u64) -> Result<(), Errno> {
        let (dir, times) = self.overlay.dir_mut(slot.dir)?;
        dir.entries.insert(slot.name, ino);
        times.touch(now);
        Ok(())
    }

    /// Changes a file's content after paying for the size it will have.
    fn change(
        &mut self,
        ino: Ino,
        now: u64,
        new_len: impl FnOnce(&Content) -> u64,
        change: impl FnOnce(&mut Content),
    ) -> Result<(), Errno> {
        let node = self.overlay.node_mut(ino)?;
        let Body::File(content) = &mut node.body else { return Err(Errno::Inval) };
        self.quota.recharge(content.charge(), new_len(content))?;
        change(content);
        node.times.touch(now);
        Ok(())
    }

    /// How many levels below the root a directory lies.
    fn depth(&self, mut dir: Ino) -> usize {
        let mut depth = 0;
        while dir != ROOT
            && let Ok(parent) = self.overlay.parent(dir)
        {
            dir = parent;
            depth += 1;
        }
        depth
    }

    /// How many levels of directories there are from `dir` down, itself included.
    fn height(&self, dir: Ino) -> usize {
        let mut height = 0;
        let mut level = vec![dir];
        while !level.is_empty() {
            height += 1;
            level = level.into_iter().flat_map(|dir| self.overlay.subdirs(dir)).collect();
        }
        height
    }
}
