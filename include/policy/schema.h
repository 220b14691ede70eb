/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The numbers of event types and their fields. Numbers are never reused and
 * new ones only appended, so that they are part of the binary interface; names,
 * kinds and words stand in docs/schema.md.
 *
 * Made by libpolicy/event/gen_schema.py of schema.txt; not to be edited.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

/* Types of events. */
enum {
    /** A chat message, direct or in a group, outgoing or incoming. */
    POLICY_TYPE_MESSAGE = 0,
    /** A publication: official-account article or push, Weibo post, Moments entry, repost. */
    POLICY_TYPE_POST = 1,
    /** A comment on, or reply under, a post. */
    POLICY_TYPE_COMMENT = 2,
    /** A file sent, received, uploaded, downloaded, saved or forwarded. */
    POLICY_TYPE_FILE_TRANSFER = 3,
    /** A link, QR code or attachment is opened. */
    POLICY_TYPE_LINK_OPEN = 4,
    /** An account signs in, with what is known of device and network. */
    POLICY_TYPE_LOGIN = 5,
    /** An account is registered, renamed, re-credentialled, granted rights, transferred, lent, bound, frozen, restricted or closed; or is known to be there. */
    POLICY_TYPE_ACCOUNT_CHANGE = 6,
    /** A chat group is created, its members, owner or purpose change, or its history is cleared; or it is known to be there. */
    POLICY_TYPE_GROUP_CHANGE = 7,
    /** A contact is added as a friend. */
    POLICY_TYPE_CONTACT_ADD = 8,
    /** A wallet payment is made. */
    POLICY_TYPE_PAYMENT = 9,
    /** A stretch of use with its length and kind. */
    POLICY_TYPE_USAGE_PERIOD = 10,
    /** A client, device, platform setting, interface or system file is changed or updated. */
    POLICY_TYPE_SYSTEM_CHANGE = 11,
    /** User or personal data is collected, stored, used, exported or disclosed. */
    POLICY_TYPE_DATA_USE = 12,
    /** A mini program version is put up for release. */
    POLICY_TYPE_MINIPROGRAM_RELEASE = 13,
    /** A reviewer decides on a piece of content or a release. */
    POLICY_TYPE_REVIEW = 14,
    /** A message, post or file is recalled, deleted or cleared. */
    POLICY_TYPE_CONTENT_REMOVE = 15,
    /** A person joins, moves, or leaves; or is known to be here, or gone. */
    POLICY_TYPE_STAFF_CHANGE = 16,
    /** A security incident, hazard or accident is noticed, reported or closed. */
    POLICY_TYPE_INCIDENT = 17,
    /** A complaint, tip-off, piece of feedback, question, suggestion or objection is lodged or answered. */
    POLICY_TYPE_REPORT = 18,
    /** A violation (or merit) has been confirmed against a person. */
    POLICY_TYPE_VIOLATION = 19,
    /** Someone attests that a duty was done. */
    POLICY_TYPE_ATTESTATION = 20,
    /** The clock moves on: due dates and windows are examined. */
    POLICY_TYPE_TICK = 21,
    /** How many there are in this version. */
    POLICY_TYPE_COUNT = 22
};

/* Fields of events. */
enum {
    /** What the event is called at its source. */
    POLICY_FIELD_ID = 0,
    /** One of the types below. */
    POLICY_FIELD_TYPE = 1,
    /** The organisation whose rules judge it. */
    POLICY_FIELD_ORG = 2,
    /** RFC 3339, or milliseconds since 1970 UTC. */
    POLICY_FIELD_TIME = 3,
    /** The system that reports it; with `id` it names the event. */
    POLICY_FIELD_SOURCE = 4,
    /** `asked`: it can still be stopped; `done`: it has happened. */
    POLICY_FIELD_PHASE = 5,
    /** Who does it. */
    POLICY_FIELD_ACTOR = 6,
    /** Their roles; an organisation may declare more. */
    POLICY_FIELD_ACTOR_ROLES = 7,
    /** Their department. */
    POLICY_FIELD_ACTOR_DEPT = 8,
    /** The account it is done from. */
    POLICY_FIELD_ACCOUNT = 9,
    /** What kind of account that is. */
    POLICY_FIELD_ACCOUNT_KIND = 10,
    /** Where it happens. */
    POLICY_FIELD_PLATFORM = 11,
    /** The network in use. */
    POLICY_FIELD_NETWORK = 12,
    /** Where the actor is. */
    POLICY_FIELD_PLACE = 13,
    /** Out of the organisation's account, or in. */
    POLICY_FIELD_DIRECTION = 14,
    /** The chat it belongs to. */
    POLICY_FIELD_CONVERSATION = 15,
    /** Between two, or in a group. */
    POLICY_FIELD_CONVERSATION_KIND = 16,
    /** What kind of group; an organisation may declare more. */
    POLICY_FIELD_GROUP_KIND = 17,
    /** Who receives it. */
    POLICY_FIELD_RECIPIENTS = 18,
    /** What the recipients are to the organisation. */
    POLICY_FIELD_RECIPIENT_KINDS = 19,
    /** All recipients may know it. */
    POLICY_FIELD_RECIPIENTS_CLEARED = 20,
    /** What is written. */
    POLICY_FIELD_TEXT = 21,
    /** Links in it. */
    POLICY_FIELD_LINKS = 22,
    /** Passed on rather than written. */
    POLICY_FIELD_FORWARDED = 23,
    /** What it answers. */
    POLICY_FIELD_REPLY_TO = 24,
    /** An answer is expected. */
    POLICY_FIELD_NEEDS_REPLY = 25,
    /** Encrypted. */
    POLICY_FIELD_ENCRYPTED = 26,
    /** Who approved it. */
    POLICY_FIELD_APPROVED_BY = 27,
    /** Where it is published. */
    POLICY_FIELD_SURFACE = 28,
    /** The publication. */
    POLICY_FIELD_CONTENT_ID = 29,
    /** Its title. */
    POLICY_FIELD_TITLE = 30,
    /** Digests of what is attached. */
    POLICY_FIELD_ATTACHMENTS = 31,
    /** The publication passed on. */
    POLICY_FIELD_REPOST_OF = 32,
    /** Text of what is passed on. */
    POLICY_FIELD_REPOST_TEXT = 33,
    /** Who can read it. */
    POLICY_FIELD_AUDIENCE = 34,
    /** Who supplied it. */
    POLICY_FIELD_SUPPLIED_BY = 35,
    /** How far its review is. */
    POLICY_FIELD_REVIEW_STATE = 36,
    /** In which role it was reviewed. */
    POLICY_FIELD_REVIEWER_ROLE = 37,
    /** The comment. */
    POLICY_FIELD_COMMENT_ID = 38,
    /** What is done. */
    POLICY_FIELD_OPERATION = 39,
    /** Name of the file. */
    POLICY_FIELD_NAME = 40,
    /** Media type of the file. */
    POLICY_FIELD_MIME = 41,
    /** Bytes of the file. */
    POLICY_FIELD_SIZE = 42,
    /** Digest of the file or content. */
    POLICY_FIELD_DIGEST = 43,
    /** How secret it is. */
    POLICY_FIELD_CLASSIFICATION = 44,
    /** Its origin is known. */
    POLICY_FIELD_SOURCE_KNOWN = 45,
    /** What a scanner found. */
    POLICY_FIELD_SCAN_RESULT = 46,
    /** Where it is kept. */
    POLICY_FIELD_STORE = 47,
    /** What is opened. */
    POLICY_FIELD_OBJECT_KIND = 48,
    /** Its address. */
    POLICY_FIELD_URL = 49,
    /** Host of the address. */
    POLICY_FIELD_HOST = 50,
    /** Who sent it. */
    POLICY_FIELD_SENDER = 51,
    /** Whose account it is. */
    POLICY_FIELD_HOLDER = 52,
    /** The device. */
    POLICY_FIELD_DEVICE = 53,
    /** Whose device it is. */
    POLICY_FIELD_DEVICE_OWNER = 54,
    /** State of the device. */
    POLICY_FIELD_DEVICE_STATE = 55,
    /** Protections switched on. */
    POLICY_FIELD_PROTECTIONS = 56,
    /** Version of the client. */
    POLICY_FIELD_CLIENT_VERSION = 57,
    /** A second factor is used. */
    POLICY_FIELD_SECOND_FACTOR = 58,
    /** Something is out of the ordinary. */
    POLICY_FIELD_ANOMALY = 59,
    /** What changes. */
    POLICY_FIELD_CHANGE = 60,
    /** The account concerned. */
    POLICY_FIELD_SUBJECT_ACCOUNT = 61,
    /** Whether the holder is active. */
    POLICY_FIELD_HOLDER_STATE = 62,
    /** Whose account it was. */
    POLICY_FIELD_PREVIOUS_HOLDER = 63,
    /** The identity is verified. */
    POLICY_FIELD_IDENTITY_VERIFIED = 64,
    /** The new name. */
    POLICY_FIELD_NEW_NAME = 65,
    /** How strong the password is. */
    POLICY_FIELD_PASSWORD_STRENGTH = 66,
    /** The password can be guessed. */
    POLICY_FIELD_PASSWORD_GUESSABLE = 67,
    /** The app. */
    POLICY_FIELD_APP = 68,
    /** The app is trusted. */
    POLICY_FIELD_APP_TRUSTED = 69,
    /** Rights granted. */
    POLICY_FIELD_PERMISSIONS = 70,
    /** Rights that the post needs. */
    POLICY_FIELD_POST_PERMISSIONS = 71,
    /** When a restriction ends. */
    POLICY_FIELD_UNTIL = 72,
    /** The group. */
    POLICY_FIELD_GROUP = 73,
    /** What for. */
    POLICY_FIELD_PURPOSE = 74,
    /** Who answers for it. */
    POLICY_FIELD_RESPONSIBLE = 75,
    /** The member concerned. */
    POLICY_FIELD_MEMBER = 76,
    /** What the member is to the organisation. */
    POLICY_FIELD_MEMBER_KIND = 77,
    /** Belongs to work. */
    POLICY_FIELD_WORK_RELATED = 78,
    /** The contact. */
    POLICY_FIELD_CONTACT = 79,
    /** What the contact is to the organisation. */
    POLICY_FIELD_CONTACT_KIND = 80,
    /** Through which channel. */
    POLICY_FIELD_ROUTE = 81,
    /** What kind. */
    POLICY_FIELD_KIND = 82,
    /** The other side. */
    POLICY_FIELD_COUNTERPARTY = 83,
    /** When it began. */
    POLICY_FIELD_STARTED = 84,
    /** When it ended. */
    POLICY_FIELD_ENDED = 85,
    /** What was done in it. */
    POLICY_FIELD_ACTIVITY = 86,
    /** What is changed; of a report: whom it is about. */
    POLICY_FIELD_TARGET = 87,
    /** The component. */
    POLICY_FIELD_COMPONENT = 88,
    /** The component is trusted. */
    POLICY_FIELD_COMPONENT_TRUSTED = 89,
    /** Version. */
    POLICY_FIELD_VERSION = 90,
    /** Days since a newer version came out. */
    POLICY_FIELD_VERSION_AGE_DAYS = 91,
    /** Kinds of data. */
    POLICY_FIELD_CATEGORIES = 92,
    /** How many people's data. */
    POLICY_FIELD_SUBJECT_COUNT = 93,
    /** Scope. */
    POLICY_FIELD_SCOPE = 94,
    /** Manner. */
    POLICY_FIELD_MANNER = 95,
    /** The purpose that was stated. */
    POLICY_FIELD_DECLARED_PURPOSE = 96,
    /** Kinds of data that the purpose needs. */
    POLICY_FIELD_NEEDED_CATEGORIES = 97,
    /** The person consented. */
    POLICY_FIELD_CONSENT = 98,
    /** Done with a right to do so. */
    POLICY_FIELD_AUTHORISED = 99,
    /** Who gets the data. */
    POLICY_FIELD_RECIPIENT = 100,
    /** What they are to the organisation. */
    POLICY_FIELD_RECIPIENT_KIND = 101,
    /** How the data is protected. */
    POLICY_FIELD_PROTECTED = 102,
    /** Result of the security test. */
    POLICY_FIELD_SECURITY_TEST = 103,
    /** Result of the content review. */
    POLICY_FIELD_CONTENT_REVIEW = 104,
    /** How the data is protected. */
    POLICY_FIELD_DATA_PROTECTION = 105,
    /** The team. */
    POLICY_FIELD_TEAM = 106,
    /** What it is about: any id. */
    POLICY_FIELD_SUBJECT = 107,
    /** Who reviews. */
    POLICY_FIELD_REVIEWER = 108,
    /** What is decided. */
    POLICY_FIELD_DECISION = 109,
    /** Who removes it. */
    POLICY_FIELD_REMOVED_BY = 110,
    /** Why. */
    POLICY_FIELD_REASON = 111,
    /** The person. */
    POLICY_FIELD_PERSON = 112,
    /** When it takes effect. */
    POLICY_FIELD_EFFECTIVE = 113,
    /** Their accounts. */
    POLICY_FIELD_ACCOUNTS = 114,
    /** Roles given; on leaving, lost. */
    POLICY_FIELD_ROLES = 115,
    /** Department. */
    POLICY_FIELD_DEPT = 116,
    /** The incident. */
    POLICY_FIELD_INCIDENT = 117,
    /** How far it is. */
    POLICY_FIELD_STATE = 118,
    /** When it was noticed. */
    POLICY_FIELD_NOTICED_AT = 119,
    /** When it was reported. */
    POLICY_FIELD_REPORTED_AT = 120,
    /** Who reported it. */
    POLICY_FIELD_REPORTER = 121,
    /** How grave. */
    POLICY_FIELD_SEVERITY = 122,
    /** The report. */
    POLICY_FIELD_REPORT = 123,
    /** Departments concerned. */
    POLICY_FIELD_DEPARTMENTS = 124,
    /** The regulation. */
    POLICY_FIELD_REGULATION = 125,
    /** The article. */
    POLICY_FIELD_REF = 126,
    /** An offence is suspected. */
    POLICY_FIELD_CRIME_SUSPECTED = 127,
    /** A leak is confirmed. */
    POLICY_FIELD_LEAK_CONFIRMED = 128,
    /** What harm was done. */
    POLICY_FIELD_HARM = 129,
    /** Earlier cases. */
    POLICY_FIELD_PRIOR_COUNT = 130,
    /** A merit, not a violation. */
    POLICY_FIELD_MERIT = 131,
    /** The duty. */
    POLICY_FIELD_DUTY = 132,
    /** Who did it. */
    POLICY_FIELD_DONE_BY = 133,
    /** When it was done. */
    POLICY_FIELD_DONE_AT = 134,
    /** What it covers. */
    POLICY_FIELD_COVERS = 135,
    /** What proves it. */
    POLICY_FIELD_EVIDENCE = 136,
    /** Passed or failed. */
    POLICY_FIELD_RESULT = 137,
    /** The time it is. */
    POLICY_FIELD_NOW = 138,
    /** Computed. Somebody outside the organisation reads it. */
    POLICY_FIELD_EXTERNAL = 139,
    /** Computed. Everybody can read it. */
    POLICY_FIELD_PUBLIC = 140,
    /** Computed. Within working hours. */
    POLICY_FIELD_WORK_HOURS = 141,
    /** Computed. On a working day. */
    POLICY_FIELD_WORK_DAY = 142,
    /** Computed. How long it took. */
    POLICY_FIELD_MINUTES = 143,
    /** Computed. What a review or removal of it would name. */
    POLICY_FIELD_THING = 144,
    /** Computed. Digest of all its text, attachments and file. */
    POLICY_FIELD_CONTENT_DIGEST = 145,
    /** Computed. Hosts of the addresses that stand in its texts, broken ones too. */
    POLICY_FIELD_HOSTS = 146,
    /** Computed. What is odd about its texts and its record. */
    POLICY_FIELD_FLAGS = 147,
    /** Whom they answer to. */
    POLICY_FIELD_MANAGER = 148,
    /** How many there are in this version. */
    POLICY_FIELD_COUNT = 149
};

#endif
