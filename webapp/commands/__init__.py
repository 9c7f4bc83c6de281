"""The commands of `pengaduan`, one concern a file; `webapp.cli` puts them together."""
