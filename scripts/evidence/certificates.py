"""Licence certificates as openvc-core sees them: good ones and ones that were signed anew hold, damaged ones do not."""
import json, pathlib, sys

from openvc.errors import OpenvcError
from openvc.verify import verify_credential

for path in map(pathlib.Path, sys.argv[1:]):
    try:
        verify_credential(json.loads(path.read_text()))
        holds, why = True, ""
    except OpenvcError as error:
        holds, why = False, str(error)
    if holds == path.name.startswith("damaged-"):
        sys.exit(f"openvc-core says of {path.name}: {'holds' if holds else why}")
print(f"openvc-core: {len(sys.argv) - 1} certificates")
sys.exit(0 if len(sys.argv) > 15 else "the certificates are not there")
