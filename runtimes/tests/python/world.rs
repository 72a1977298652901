//! What of the host a program sees: nothing.

use crate::common::{file, pool, printed, script};

#[test]
fn the_environment_is_fixed() {
    let source = "import os\nprint(sorted(os.environ.items()))";
    let expected = "[('HOME', '/'), ('MPLBACKEND', 'agg'), ('MPLCONFIGDIR', '/tmp'), ('PYTHONHASHSEED', '0'), \
                    ('PYTHONTZPATH', ''), ('TMPDIR', '/tmp')]\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn the_files_are_the_programs_own_and_the_library() {
    let source = "
import os, sys
print(os.getcwd(), sys.argv, sys.path)
for top in ('/', '/usr', '/usr/local', '/usr/local/lib', '/tmp', '.'): print(top, os.listdir(top))";
    let expected = "/work ['main.py'] ['', '/usr/local/lib/python315.zip', '/usr/local/lib/python3.15/site-packages']\n\
                    / ['tmp', 'usr', 'work']\n/usr ['local']\n/usr/local ['lib', 'share']\n\
                    /usr/local/lib ['nltk_data', 'python3.15', 'python315.zip']\n/tmp []\n. ['main.py']\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn files_of_the_host_are_out_of_reach() {
    let source = "
import os
paths = ['/etc/passwd', '/proc/self/environ', '/dev/null', '/dev/urandom', '/root', '/home', '../../etc/passwd', '//etc/passwd',
         '/work/../../../etc/passwd', '/tmp/../etc/passwd', 'main.py/../../etc/passwd', '/usr/../proc/1/maps', 'etc/passwd\\0']
os.symlink('/etc/passwd', 'link')
os.symlink('../../../../etc', 'up')
for path in [*paths, 'link', 'up/passwd']:
    try: print('opened', path, open(path).read()[:10])
    except (OSError, ValueError): pass
    if os.path.lexists(path.replace('\\0', '')) and path not in ('link', 'up/passwd'): print('there is', path)";
    assert_eq!(printed(source), "");
}

#[test]
fn only_the_working_directory_and_tmp_can_be_written_to() {
    let source = "
import os
for path in ('x', '/tmp/x', '/work/y', '/x', '/usr/x', '/usr/local/lib/x', '/usr/local/lib/python315.zip'):
    try:
        open(path, 'a').close()
        print(path)
    except OSError: pass
for path in ('/usr/local/lib/python315.zip', '/usr/local', '/tmp'):
    try:
        os.rename(path, '/work/stolen')
        print('moved', path)
    except OSError: pass";
    assert_eq!(printed(source), "x\n/tmp/x\n/work/y\n");
}

#[test]
fn the_machine_is_nobodys() {
    let source = "
import os, platform, socket, sys, time
print(os.cpu_count(), platform.node() or '', os.getpid(), sys.platform, time.tzname, sys.executable)";
    assert_eq!(printed(source), "1 (none) 42 wasi ('UTC', 'UTC') /usr/local/bin/python.wasm\n");
}

#[test]
fn a_programs_files_are_where_it_runs() {
    let mut program = script("import pkg.mod\nprint(open('data/in.txt').read(), pkg.mod.x)");
    program.files.extend([file("data/in.txt", "text"), file("pkg/__init__.py", ""), file("pkg/mod.py", "x = 5")]);
    assert_eq!(pool().execute(program).stdout.text(), "text 5\n");
}
