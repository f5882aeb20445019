"""Files of a git clone, bare or not, without a work tree: `git cat-file` hands them out one after the other."""
import os, subprocess


class Clone:
    """`folder` holds clones as OWNER+NAME or OWNER/NAME, each a bare one, one with a .git, or with either in a folder `repo`."""

    def __init__(self, folder, repository):
        self.repository = repository
        places = [os.path.join(folder, repository.replace('/', '+')), os.path.join(folder, repository)]
        places = [os.path.join(p, *rest) for p in places for rest in (('.git',), (), ('repo', '.git'), ('repo',))]
        found = next((p for p in places if os.path.exists(os.path.join(p, 'HEAD'))), None)
        if found is None:
            raise FileNotFoundError(f'no clone of {repository} below {folder}')
        git = ['git', '--git-dir=' + found, '-c', 'core.quotePath=false']
        listed = subprocess.run(git + ['ls-tree', '-r', '-z', 'HEAD'], capture_output=True, check=True).stdout
        self.files = {}
        for entry in listed.split(b'\0'):
            meta, _, path = entry.partition(b'\t')
            if path and meta.split()[1] == b'blob':
                self.files[path.decode('utf-8', 'replace')] = meta.split()[2].decode()
        self.cat = subprocess.Popen(git + ['cat-file', '--batch'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, path):
        """Bytes of a file; None where it is listed but absent (partial clones)."""
        self.cat.stdin.write((self.files[path] + '\n').encode())
        self.cat.stdin.flush()
        head = self.cat.stdout.readline().split()
        if len(head) < 3:
            return None
        data = self.cat.stdout.read(int(head[2]))
        self.cat.stdout.read(1)
        return data

    def text(self, path):
        data = self.read(path)
        return '' if data is None else data.decode('utf-8-sig', 'replace')

    def under(self, prefix, *ends):
        return sorted(p for p in self.files if p.startswith(prefix) and (not ends or p.lower().endswith(ends)))
