#!/bin/sh
# Hold our requests against a SageMaker SDK: tools/sdk_equality.sh 2|3
# The SDKs cannot be installed together and are no dependency of ours, so each gets an environment below build/.
set -eu

case "${1:-}" in
    2) wanted='sagemaker>=2.230,<3' ;;
    3) wanted='sagemaker>=3,<4' ;;
    *) echo 'usage: tools/sdk_equality.sh 2|3' >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
venv="build/sdk$1"
if [ ! -e "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wanted" 'pytest>=8.2' -e .
    touch "$venv/.installed"
fi
# A machine that knows no region, credentials or settings; the SDKs warn a lot, which is not ours to judge.
exec env -i PATH="$PATH" HOME="$venv" \
    "$venv/bin/python" -m pytest tests/sdk -q -p no:cacheprovider -o filterwarnings=
