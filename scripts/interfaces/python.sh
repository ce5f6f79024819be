# The Python wheel, in an environment of its own.

if ! has python3 || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  skip "Python: python3 with venv is not installed"
elif ! python3 -c 'import pytest' 2>/dev/null; then
  skip "Python: pytest is not installed"
else
  say "Python"
  wheel=$(python3 scripts/build_wheel.py)
  echo "$(basename "$wheel"): $(stat -c %s "$wheel") bytes"
  # Sees this machine's pytest, but no Tightlip but its own.
  python3 -m venv --system-site-packages "$work/venv"
  "$work/venv/bin/pip" install -q --no-index --no-deps --disable-pip-version-check "$wheel"
  (cd "$work" && bare PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/python" -m pytest -q -p no:cacheprovider \
    --corpus "$root/Corpus/train.ndjson" "$root/Python/tests")
  (cd "$work" && bare "$work/venv/bin/python" - "$root/Python/README.md" \
    "$root/Sources/Tightlip/Tightlip.docc/WhichWayToRunIt.md" <<'PYTHON'
# The examples of the documentation.
import re, sys
for page in sys.argv[1:]:
    for snippet in re.findall(r"```python\n(.*?)```", open(page).read(), re.DOTALL):
        exec(compile(snippet, page, "exec"), {})
PYTHON
  )
  if "$work/venv/bin/python" -c 'import mypy' 2>/dev/null; then
    "$work/venv/bin/python" -m mypy --strict --no-error-summary --cache-dir "$work/mypy" Python/tightlip
  else
    skip "types of the Python package: mypy is not installed"
  fi
fi
