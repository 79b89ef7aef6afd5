"""The registered model as MLflow loads it (models from code): rows of the encoded columns in, calibrated probabilities out."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from training.saved import SavedScorer


class RegisteredModel(PythonModel):
    """A thin reader of the saved folder."""

    def load_context(self, context: PythonModelContext) -> None:
        self.scorer = SavedScorer.load(Path(context.artifacts["saved"]), "registered")

    def predict(self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> Any:  # noqa: ARG002 (MLflow's signature)
        encoded = np.asarray(model_input, dtype=np.float64)
        return self.scorer.calibrator(self.scorer.blend.predict(encoded))


mlflow.models.set_model(RegisteredModel())
