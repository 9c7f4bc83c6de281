"""Backup and restore: rows, the same on both databases (docs/adr/0010-a-backup-is-rows.md).

* `rows`     a row as JSON and back, by the type of its columns
* `archive`  the file: a ZIP of JSON lines, and a manifest with their digests
* `save`     an archive of one moment, while others write
* `lost`     what a restore goes back behind, by the seals that stand outside
* `restore`  an archive into an empty place
"""
