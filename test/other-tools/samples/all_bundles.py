# Checks the examples of every bundle with the bundle, and prints the names of the bundles.
import json
import pathlib

from jsonschema import Draft202012Validator

names = []
for path in sorted(pathlib.Path("schemas/bundled").glob("*.json")):
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert schema["examples"], path
    for example in schema["examples"]:
        validator.validate(example)
    assert not validator.is_valid({}), path
    names.append(path.name)
print(json.dumps(names))
