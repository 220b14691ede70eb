/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Han by a table, letters by the order in which printers know them. */
#include "text/rarity.h"

enum { HAN_FIRST = 0x4e00, HAN_LAST = 0x9fff }; /* ORDER RARITY_FIRST */

/* English is most of what is written in Latin letters. */
static unsigned of_ascii(uint16_t unit)
{
    static const uint8_t letters[26] = {
        0, 3, 2, 1, 0, 2, 2, 1, 0, 6, 4, 1, 2,
        0, 0, 3, 7, 0, 0, 0, 2, 3, 2, 6, 2, 7
    };

    if (unit >= 'a' && unit <= 'z')
        return letters[unit - 'a'];
    return unit == ' ' ? 0 : unit >= '0' && unit <= '9' ? 4 : 5;
}

unsigned pol_rarity(uint16_t unit)
{
    if (unit < 0x80)
        return of_ascii(unit);
    if (unit >= HAN_FIRST && unit <= HAN_LAST)
        return pol_rarity_han[(unit - HAN_FIRST) / 2] >>
               (unit - HAN_FIRST) % 2 * 4 & 15;
    /* The comma and the full stop of Chinese, and the halves of emoji. */
    return unit == 0xff0c || unit == 0x3002 ? 0
           : unit >= 0xd800 && unit < 0xdc00 ? 4 : 10;
}
