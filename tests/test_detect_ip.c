/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the Internet protocol by tables.
 */
#include <arpa/inet.h>

#include "match/detectors.h"

#include "detections.h"

static const struct detect_row ips[] = {
    { "192.0.2.1", "192.0.2.1|" },
    { "号码：192.0.2.1", "192.0.2.1|" },
    { "号码192.0.2.1。", "192.0.2.1|" },
    { "(192.0.2.1)", "192.0.2.1|" },
    { "【192.0.2.1】", "192.0.2.1|" },
    { "192.0.2.1\n", "192.0.2.1|" },
    { "他的192.0.2.1给你", "192.0.2.1|" },
    { "192.0.2.1，请查收", "192.0.2.1|" },
    { "《192.0.2.1》", "192.0.2.1|" },
    { "“192.0.2.1”", "192.0.2.1|" },
    { " 192.0.2.1 ", "192.0.2.1|" },
    { "192.0.2.1;", "192.0.2.1|" },
    { "1、192.0.2.1", "192.0.2.1|" },
    { "、192.0.2.1、", "192.0.2.1|" },
    { "192.0.2.1？", "192.0.2.1|" },
    { "１９２．０．２．１", "１９２．０．２．１|" },
    { "2001:db8::1", "2001:db8::1|" },
    { "2001:DB8:0:0:8:800:200C:417A", "2001:DB8:0:0:8:800:200C:417A|" },
    { "fe80::1", "fe80::1|" },
    { "::1", "::1|" },
    { "::ffff:192.0.2.1", "::ffff:192.0.2.1|" },
    { "64:ff9b::192.0.2.33", "64:ff9b::192.0.2.33|" },
    { "2001:db8::", "2001:db8::|" },
    { "ip:192.0.2.1", "192.0.2.1|" },
    { "192.0.2.1:8080", "192.0.2.1|" },
    { "192.0.2.0/24", "192.0.2.0|" },
    { "198.51.100.7,203.0.113.9", "198.51.100.7|203.0.113.9|" },
    { "dns 1.1.1.1", "1.1.1.1|" },
    { "服务器1.2.3.4", "1.2.3.4|" },
    { "[2001:db8::1]:80", "2001:db8::1|" },
    { "255.255.255.255", "255.255.255.255|" },
    { "地址：2001:db8::1。", "2001:db8::1|" },
    { "2001:db8::1.", "2001:db8::1|" },
    { "2001:db8::2:1", "2001:db8::2:1|" },
    { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8|" },
    { "192.0.2.1.", "192.0.2.1|" },
};

static const char *const no_ips[] = {
    "", "1.2.3.4", "1.1.1.1", "192.0.2", "192.0.2.256", "192.0.2.01",
    "192.0.02.1", "0.192.2.1", "192.0.2.1.5", "1.192.0.2.1", "v192.0.2.1",
    "版本192.0.2.1", "版本 10.1.2.3", "version 10.1.2.3", "第10.1.2.3条",
    "192.0.2.1a", "a192.0.2.1", "192.0.2.1_x", "192.0.2.1-3", "192.0..2.1",
    "192.0.2.1000", "192,0,2,1", "12:30:45", "12:30", "00:11:22:33:44:55", "::",
    "1::2", "std::abs", "ab::cd", "dead::beef", "2001:db8::1::2",
    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "2001:db8:::1", "12345::1",
    "2001:db8::g", "2001:db8::1x", "2001:db8:1", "x2001:db8::1", "订单号10.1.2.3",
};

static void test_finds_ips(void)
{
    CHECK_DETECTIONS(POL_DETECT_IP, ips);
}

static void test_refuses_what_resembles_ips(void)
{
    CHECK_NO_DETECTION(POL_DETECT_IP, no_ips);
}

/* Alone, an address is what the system reads as one, but for the forms that are
 * left out: those that are rather versions, times, or no number of a host. */
static bool reference_is_ip(const char *text)
{
    unsigned char bytes[16];
    bool big = false, digit = strpbrk(text, "0123456789") != NULL;

    for (const char *s = text; *s; s++)
        big |= !strchr(":.", *s) && s[1] && !strchr(":.", s[1]) &&
               (strchr(text, ':') ? s[2] && !strchr(":.", s[2]) : true);
    if (inet_pton(AF_INET, text, bytes) == 1)
        return bytes[0] != 0 && big;
    return inet_pton(AF_INET6, text, bytes) == 1 && digit &&
           (big || !strstr(text, "::") || strcmp(text, "::1") == 0);
}

static void test_agrees_with_the_system_on_random_text(void)
{
    static const char *const pieces[] = { ":", ":", ":", "::", ".", ".", "1",
                                          "255", "20a1", "db8", "0", "300" };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 2000000 : 200000, i;
    uint64_t seed = 4291;
    size_t finds = 0;

    for (i = 0; i < rounds; i++) {
        char text[100] = "", want[102] = "";
        size_t n = 3 + test_random(&seed) % 14;
        bool stop = false, was = true;
        struct detected all;

        for (; n; n--) {
            const char *piece = pieces[test_random(&seed) % 12];

            stop = strchr(":.", *piece) != NULL;
            if (stop == was && (!stop || n % 4))
                continue;
            was = stop;
            strcat(text, piece);
        }
        /* Punctuation behind belongs to the sentence. */
        if (!*text || strchr(":.", text[0]) ||
            strchr(":.", text[strlen(text) - 1]) || strchr(text, '.') == NULL) {
            if (strchr(text, '.') || !strchr(text, ':') || text[0] == ':' ||
                text[strlen(text) - 1] == ':')
                continue;
        }
        /* Two stops end an address, as an ellipsis does. */
        if (strstr(text, ".."))
            continue;
        /* A part with a port is found too. */
        if (strchr(text, '.') && strchr(text, ':'))
            continue;
        if (reference_is_ip(text))
            sprintf(want, "%s|", text);
        all = detect_in(POL_DETECT_IP, text);
        finds += all.count;
        if (strcmp(all.got, want) != 0) {
            CHECK(false, "“%s”: “%s”, reference “%s”", text, all.got, want);
            return;
        }
    }
    CHECK(finds > rounds / 1000, "%zu finds", finds);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "1.", "1.1.1.1.", "a:", "::", "1:2:3:4:", "1.2.3.", "255." };

    CHECK_HOSTILE(1u << POL_DETECT_IP, 1u << POL_DETECT_IP, pieces);
}

static const struct test_case tests[] = {
    { "finds addresses", test_finds_ips },
    { "refuses what resembles addresses",
      test_refuses_what_resembles_ips },
    { "agrees with the system on random text",
      test_agrees_with_the_system_on_random_text },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect ip", tests)
