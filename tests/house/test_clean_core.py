"""The decision core imports with every heavy library blocked: it can be tested, read and trusted by itself."""

import subprocess
import sys

BLOCKED = ("feast", "mlflow", "fastapi", "duckdb", "sqlalchemy", "ruamel", "yaml", "lightgbm", "sklearn", "pandas", "pyarrow")

SCRIPT = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Blocked())
import serving.decision.decide
"""


def test_the_decision_core_imports_without_any_heavy_library():
    ran = subprocess.run([sys.executable, "-c", SCRIPT.format(blocked=BLOCKED)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
