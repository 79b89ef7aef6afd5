"""Feast's local materialization with one step changed: columns go to the compact store as columns, without a protobuf value per cell.

It stands in for Feast's `local` engine wherever CompactOnlineStore is used; with any other store it does what Feast does.
"""

from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa
from feast import FeatureView, RepoConfig
from feast.infra.common.materialization_job import MaterializationJobStatus, MaterializationTask
from feast.infra.compute_engines.dag.context import ExecutionContext
from feast.infra.compute_engines.local.arrow_table_value import ArrowTableValue
from feast.infra.compute_engines.local.compute import LocalComputeEngine
from feast.infra.compute_engines.local.feature_builder import LocalFeatureBuilder
from feast.infra.compute_engines.local.job import LocalMaterializationJob
from feast.infra.compute_engines.local.nodes import LocalOutputNode
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.registry.base_registry import BaseRegistry
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import FeastConfigBaseModel
from feast.types import String

from features.errors import OnlineStoreError
from features.online import CompactOnlineStore, Times, can_write_table


class CompactComputeEngineConfig(FeastConfigBaseModel):
    """backend: what joins and filters frames, as for Feast's local engine."""

    type: Literal["local", "features.online_engine.CompactComputeEngine"] = "local"
    backend: str | None = None


class CompactOutputNode(LocalOutputNode):
    """Writes the last node's table at once where the store and the view's types allow it, else as Feast does."""

    def execute(self, context: ExecutionContext) -> ArrowTableValue:
        view, store = self.feature_view, context.online_store
        text_key = len(view.entity_columns) == 1 and view.entity_columns[0].dtype == String
        if not (view.online and text_key and isinstance(store, CompactOnlineStore) and can_write_table(view)):
            return super().execute(context)
        table = self.get_single_table(context).data
        if table.num_rows:
            key, times = view.entity_columns[0].name, _times(view, table)
            store.write_table(context.repo_config, view, table, _text_keys(context.repo_config, key, table[key].to_pylist()), times)
        output = ArrowTableValue(data=table)
        context.node_outputs[self.name] = output
        return output


def _times(view: FeatureView, table: pa.Table) -> Times:
    source = view.batch_source
    if source is None:
        raise OnlineStoreError(f"{view.name}: the view has no batch source to materialize from; give it one.")
    created = source.created_timestamp_column
    return Times(table[source.timestamp_field], table[created] if created else None)


def _text_keys(config: RepoConfig, key: str, values: Sequence[str]) -> list[bytes]:
    # All keys of one text entity differ only in the length and the text at the end.
    version = config.entity_key_serialization_version
    empty = serialize_entity_key(EntityKey(join_keys=[key], entity_values=[Value(string_val="")]), entity_key_serialization_version=version)
    head = empty[:-4]
    texts = [value.encode() for value in values]
    return [head + len(text).to_bytes(4, "little") + text for text in texts]


class _Builder(LocalFeatureBuilder):
    def build_output_nodes(self, view: Any, final_node: Any) -> CompactOutputNode:
        node = CompactOutputNode("output", view, inputs=[final_node])
        self.nodes.append(node)
        return node


class CompactComputeEngine(LocalComputeEngine):
    def _materialize_one(self, registry: BaseRegistry, task: MaterializationTask, **_: Any) -> LocalMaterializationJob:
        context = self.get_execution_context(registry, task)
        _Builder(registry, task, backend=self._get_backend(context)).build().execute(context)
        job = f"{task.feature_view.name}-{task.start_time}-{task.end_time}"
        return LocalMaterializationJob(job_id=job, status=MaterializationJobStatus.SUCCEEDED)
