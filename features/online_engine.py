"""Feast's local materialization with one step changed: columns go to the compact store as columns, without a protobuf value per cell.

It stands in for Feast's `local` engine wherever CompactOnlineStore is used; with any other store it does what Feast does.
"""

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
from feast.infra.registry.base_registry import BaseRegistry
from feast.repo_config import FeastConfigBaseModel
from feast.utils import _convert_arrow_to_proto

from features.errors import OnlineStoreError
from features.online import CompactOnlineStore, Times
from features.online_columns import can_write_columns, entity_keys, packed_columns

ROWS_AT_ONCE = 50_000
"""Bounds the memory of a materialization."""


class CompactComputeEngineConfig(FeastConfigBaseModel):
    """backend: what joins and filters frames, as for Feast's local engine."""

    type: Literal["local", "features.online_engine.CompactComputeEngine"] = "local"
    backend: str | None = None


class CompactOutputNode(LocalOutputNode):
    """Writes the last node's table by columns where the view's types allow it, else value by value as Feast does."""

    def execute(self, context: ExecutionContext) -> ArrowTableValue:
        view, store = self.feature_view, context.online_store
        if not (view.online and not view.offline and isinstance(store, CompactOnlineStore)):
            return super().execute(context)
        table = self.get_single_table(context).data
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            _write(context.repo_config, store, view, table.slice(start, ROWS_AT_ONCE))
        store.settle(context.repo_config)
        output = ArrowTableValue(data=table)
        context.node_outputs[self.name] = output
        return output


def _write(config: RepoConfig, store: CompactOnlineStore, view: FeatureView, rows: pa.Table) -> None:
    # A view without entity gets its key from Feast, not from the table.
    keyed = {field.name for field in view.entity_columns} <= set(rows.column_names)
    if keyed and can_write_columns(view, config.entity_key_serialization_version):
        keys, times = entity_keys(view.entity_columns, rows), _times(view, rows)
        try:
            layout, packed = packed_columns(view, rows)
        except pa.ArrowException:
            pass  # A column is not of its declared type: Feast's own conversion decides what that means.
        else:
            store.write_rows(config, view, layout, keys, times, packed)
            return
    join_keys = {field.name: field.dtype.to_value_type() for field in view.entity_columns}
    # One batch: Feast converts the first one of a table and forgets the others.
    for batch in rows.combine_chunks().to_batches():
        store.online_write_batch(config, view, _convert_arrow_to_proto(batch, view, join_keys), None)


def _times(view: FeatureView, table: pa.Table) -> Times:
    source = view.batch_source
    if source is None:
        raise OnlineStoreError(f"{view.name}: the view has no batch source to materialize from; give it one.")
    created = source.created_timestamp_column
    if table[source.timestamp_field].null_count:
        raise OnlineStoreError(f"{view.name}: rows of its source have no {source.timestamp_field}; leave them out of the source.")
    return Times(table[source.timestamp_field], table[created] if created else None)


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
