// SPDX-License-Identifier: BSD-3-Clause
// The peer of ingest: simdjson's on-demand parser reads the fields that ingest reads, and keeps none.
#include <cstdio>
#include <cstring>
#include <simdjson.h>
#include <string_view>

using simdjson::ondemand::object;
using simdjson::ondemand::value;

static unsigned long records, fields, libs;

static void texts(object from, std::initializer_list<std::string_view> names)
{
	for (auto field : from) {
		std::string_view key = field.unescaped_key(), text;

		for (auto name : names)
			if (key == name && field.value().get_string().get(text) == simdjson::SUCCESS)
				fields += !text.empty();
	}
}

static void numbers(object from)
{
	double number;

	for (auto field : from)
		if (field.value().get_double().get(number) == simdjson::SUCCESS)
			fields += number > 0;
}

static void mapped(simdjson::ondemand::array from)
{
	for (auto pair : from) {
		std::string_view path;

		if (pair.at(0).get_string().get(path) == simdjson::SUCCESS)
			libs += memmem(path.data(), path.size(), "/site-packages/", 15) != nullptr;
	}
}

static void record(object from)
{
	records++;
	for (auto field : from) {
		std::string_view key = field.unescaped_key(), text;

		if (key == "userT")
			texts(field.value(), {"run_uuid", "user", "account", "job_id", "syshost", "exec_path"});
		else if (key == "userDT")
			numbers(field.value());
		else if (key == "envT")
			texts(field.value(), {"VIRTUAL_ENV", "CONDA_PREFIX"});
		else if (key == "libA")
			mapped(field.value());
		else if (key == "program" || key == "xalt_run_uuid" || key == "package_name" ||
			 key == "package_path")
			fields += field.value().get_string().get(text) == simdjson::SUCCESS;
	}
}

int main(int argc, char **argv)
{
	auto text = simdjson::padded_string::load(argc > 1 ? argv[1] : "-");
	simdjson::ondemand::parser parser;
	simdjson::ondemand::document_stream stream;

	if (text.error() || parser.iterate_many(text.value(), 1 << 22).get(stream)) {
		std::fprintf(stderr, "simdjson: can't read '%s'\n", argc > 1 ? argv[1] : "-");
		return 1;
	}
	for (auto document : stream)
		record(document.get_object());
	std::printf("%lu records, %lu fields, %lu objects\n", records, fields, libs);
	return 0;
}
