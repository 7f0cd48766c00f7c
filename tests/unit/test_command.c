/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The numbers from which Request's operations go up to the last. */
#define OPERATION_FIRST 16

/* Calls check for each field of Request that is an operation. */
static size_t each_operation(
    void (*check)(const ProtobufCFieldDescriptor *field))
{
	const ProtobufCMessageDescriptor *request =
	    &memblock__v1__request__descriptor;
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < request->n_fields; i++) {
		if (request->fields[i].id < OPERATION_FIRST)
			continue;
		if (check != NULL)
			check(&request->fields[i]);
		count++;
	}
	assert_true(count > 0);
	return count;
}

static const struct command *find(const ProtobufCFieldDescriptor *field)
{
	return command_find((Memblock__V1__Request__OperationCase)field->id);
}

static void assert_has_a_row(const ProtobufCFieldDescriptor *field)
{
	const struct command *command = find(field);

	if (command == NULL)
		fail_msg("%s has no row", field->name);
	assert_int_equal(command->operation, field->id);
	assert_non_null(command->run);
}

static void assert_has_its_name(const ProtobufCFieldDescriptor *field)
{
	assert_string_equal(find(field)->name, field->name);
}

static void every_operation_of_request_has_a_row(void **state)
{
	(void)state;
	each_operation(assert_has_a_row);
}

static void name_of_a_row_is_its_field(void **state)
{
	(void)state;
	each_operation(assert_has_its_name);
}

static void names_are_as_many_as_operations(void **state)
{
	const char *const *names;
	const size_t count = command_names(&names);
	size_t i;

	(void)state;
	assert_int_equal(count, each_operation(NULL));
	for (i = 0; i < count; i++)
		assert_non_null(protobuf_c_message_descriptor_get_field_by_name(
		    &memblock__v1__request__descriptor, names[i]));
}

static void number_that_is_no_operation_has_no_row(void **state)
{
	(void)state;
	assert_null(command_find(MEMBLOCK__V1__REQUEST__OPERATION__NOT_SET));
	assert_null(command_find((Memblock__V1__Request__OperationCase)15));
	assert_null(command_find((Memblock__V1__Request__OperationCase)500));
}

/* Expect those that are not about an instance as it is and nothing else. */
static void subject_is_as_the_contract_says(void **state)
{
	static const struct {
		const char *name;
		enum command_subject subject;
	} others[] = {
	    {"hello", SUBJECT_SERVICE},
	    {"ping", SUBJECT_SERVICE},
	    {"list", SUBJECT_SERVICE},
	    {"create", SUBJECT_NEW_NAME},
	    {"clone", SUBJECT_NEW_NAME},
	    {"destroy", SUBJECT_NEW_NAME},
	    {"import", SUBJECT_NEW_NAME},
	    {"export", SUBJECT_HISTORY},
	    {"reserved_memory", SUBJECT_HISTORY},
	    {"log", SUBJECT_LIFE},
	    {"watch", SUBJECT_ANY},
	    {"info", SUBJECT_LAYOUT},
	    {"find", SUBJECT_LAYOUT},
	    {"ranges", SUBJECT_LAYOUT},
	    {"query", SUBJECT_LAYOUT},
	    {"handover", SUBJECT_LAYOUT},
	    {"lowmem", SUBJECT_LAYOUT},
	    {"dump", SUBJECT_LAYOUT},
	    {"blame", SUBJECT_HISTORY},
	    {"diff", SUBJECT_HISTORY},
	    {"explain", SUBJECT_LAYOUT},
	};
	const size_t other_count = sizeof(others) / sizeof(others[0]);
	const char *const *names;
	const size_t count = command_names(&names);
	size_t i, k, met = 0;

	(void)state;
	for (i = 0; i < count; i++) {
		const struct command *command =
		    find(protobuf_c_message_descriptor_get_field_by_name(
			&memblock__v1__request__descriptor, names[i]));
		enum command_subject wanted = SUBJECT_INSTANCE;

		for (k = 0; k < other_count; k++)
			if (strcmp(names[i], others[k].name) == 0)
				wanted = others[k].subject;
		assert_int_equal(command->subject, wanted);
		met += wanted != SUBJECT_INSTANCE;
	}
	assert_int_equal(met, other_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_operation_of_request_has_a_row),
	    cmocka_unit_test(name_of_a_row_is_its_field),
	    cmocka_unit_test(names_are_as_many_as_operations),
	    cmocka_unit_test(number_that_is_no_operation_has_no_row),
	    cmocka_unit_test(subject_is_as_the_contract_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
