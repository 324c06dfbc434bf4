PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE answers (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, cell TEXT NOT NULL,
    found_by TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, shown TEXT NOT NULL,
    source TEXT NOT NULL, PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
INSERT INTO "answers" VALUES('chen_103','foreign','q1','q1-answer','id','passed','','','largest = max(numbers)');
INSERT INTO "answers" VALUES('chen_103','foreign','q2','q2-answer','id','passed','','','def double(x):
    return x');
INSERT INTO "answers" VALUES('chen_103','foreign','q3','q3-answer','id','passed','','','def shout(text):
    return text.upper()');
INSERT INTO "answers" VALUES('dora_104','foreign','q1','q1-answer','id','untouched','This question has not been answered yet.','','largest = ...');
INSERT INTO "answers" VALUES('dora_104','foreign','q2','q2-answer','id','untouched','This question has not been answered yet.','','def double(x):
    raise NotImplementedError("Write your answer to q2 here, then delete this line.")');
INSERT INTO "answers" VALUES('dora_104','foreign','q3','q3-answer','id','untouched','This question has not been answered yet.','','def shout(text):
    raise NotImplementedError("Write your answer to q3 here, then delete this line.")');
INSERT INTO "answers" VALUES('hao_107','foreign','q1','q1-answer','id','passed','','','largest = max(numbers)');
INSERT INTO "answers" VALUES('hao_107','foreign','q2','q2-answer','id','passed','','','def double(x):
    return 2 * x');
INSERT INTO "answers" VALUES('hao_107','foreign','q3','q3-answer','id','passed','','','def shout(text):
    return text.upper()');
INSERT INTO "answers" VALUES('ivy_108','foreign','q1','q1-answer','id','passed','','','largest = max(numbers)');
INSERT INTO "answers" VALUES('ivy_108','foreign','q2','q2-answer','id','passed','','','def double(x):
    print(''<script>hello</script>'')
    return 2 * x');
INSERT INTO "answers" VALUES('ivy_108','foreign','q3','q3-answer','id','passed','','','def shout(text):
    return text.upper()');
INSERT INTO "answers" VALUES('jin_109','foreign','q1','q1-answer','id','passed','','','largest = min(numbers)');
INSERT INTO "answers" VALUES('jin_109','foreign','q2','q2-answer','id','passed','','','def double(x):
    return 2 * x');
INSERT INTO "answers" VALUES('jin_109','foreign','q3','q3-answer','id','passed','','','def shout(text):
    return text.upper()');
INSERT INTO "answers" VALUES('leeann_101','foreign','q1','q1-answer','id','passed','','','largest = max(numbers)');
INSERT INTO "answers" VALUES('leeann_101','foreign','q2','q2-answer','id','passed','','','def double(x):
    return 2 * x');
INSERT INTO "answers" VALUES('leeann_101','foreign','q3','q3-answer','id','passed','','','def shout(text):
    return text.upper()');
INSERT INTO "answers" VALUES('wang_102','foreign','q1','q1-answer','id','passed','','','largest = max(numbers)');
INSERT INTO "answers" VALUES('wang_102','foreign','q2','q2-answer','id','passed','','','def double(x):
    return 2 * x');
INSERT INTO "answers" VALUES('wang_102','foreign','q3','q3-answer','id','error','This cell raised an error.','ZeroDivisionError: division by zero','1/0');
CREATE TABLE checks (
    student TEXT NOT NULL, notebook TEXT NOT NULL, cell TEXT NOT NULL, position INTEGER NOT NULL,
    question TEXT NOT NULL, hidden INTEGER NOT NULL, points REAL NOT NULL, earned REAL NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL, shown TEXT NOT NULL,
    output TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (student, notebook, cell)) WITHOUT ROWID;
INSERT INTO "checks" VALUES('chen_103','foreign','q1-check',0,'q1',0,1.0,1.0,'passed','','There is a function for this.','q1: yes.','q1: yes.',0.0053);
INSERT INTO "checks" VALUES('chen_103','foreign','q1-hidden-1',1,'q1',1,0.5,0.5,'passed','','','','it is 3',0.0035);
INSERT INTO "checks" VALUES('chen_103','foreign','q1-hidden-2',2,'q1',1,0.5,0.5,'passed','','','','and twice 6',0.0036);
INSERT INTO "checks" VALUES('chen_103','foreign','q2-check',3,'q2',0,1.0,0.0,'failed','Its output is not the expected one.','Multiply.','q2: double(1) is off.','q2: double(1) is off.',0.0041);
INSERT INTO "checks" VALUES('chen_103','foreign','q2-hidden-1',4,'q2',1,0.5,0.0,'failed','Its output is not the expected one.','','','of five 5',0.0045);
INSERT INTO "checks" VALUES('chen_103','foreign','q2-hidden-2',5,'q2',1,0.5,0.0,'failed','Its output is not the expected one.','','','of minus -7.5',0.0042);
INSERT INTO "checks" VALUES('chen_103','foreign','q3-check',6,'q3',0,1.0,1.0,'passed','','Texts have methods.','q3: yes.','q3: yes.',0.0043);
INSERT INTO "checks" VALUES('chen_103','foreign','q3-hidden-1',7,'q3',1,0.5,0.5,'passed','','','','word WORD',0.0041);
INSERT INTO "checks" VALUES('chen_103','foreign','q3-hidden-2',8,'q3',1,0.5,0.5,'passed','','','','mixed MIXED 5',0.0039);
INSERT INTO "checks" VALUES('dora_104','foreign','q1-check',0,'q1',0,1.0,0.0,'failed','This question has not been answered yet.','There is a function for this.','','q1: not yet. Look at every number.',0.0047);
INSERT INTO "checks" VALUES('dora_104','foreign','q1-hidden-1',1,'q1',1,0.5,0.0,'error','This question has not been answered yet.','','','TypeError: a value of type ellipsis has no plain form to compare',0.0077);
INSERT INTO "checks" VALUES('dora_104','foreign','q1-hidden-2',2,'q1',1,0.5,0.0,'error','This question has not been answered yet.','','','TypeError: unsupported operand type(s) for *: ''int'' and ''ellipsis''',0.0047);
INSERT INTO "checks" VALUES('dora_104','foreign','q2-check',3,'q2',0,1.0,0.0,'error','This question has not been answered yet.','Multiply.','','NotImplementedError: Write your answer to q2 here, then delete this line.',0.0046);
INSERT INTO "checks" VALUES('dora_104','foreign','q2-hidden-1',4,'q2',1,0.5,0.0,'error','This question has not been answered yet.','','','NotImplementedError: Write your answer to q2 here, then delete this line.',0.0053);
INSERT INTO "checks" VALUES('dora_104','foreign','q2-hidden-2',5,'q2',1,0.5,0.0,'error','This question has not been answered yet.','','','NotImplementedError: Write your answer to q2 here, then delete this line.',0.0043);
INSERT INTO "checks" VALUES('dora_104','foreign','q3-check',6,'q3',0,1.0,0.0,'error','This question has not been answered yet.','Texts have methods.','','NotImplementedError: Write your answer to q3 here, then delete this line.',0.0044);
INSERT INTO "checks" VALUES('dora_104','foreign','q3-hidden-1',7,'q3',1,0.5,0.0,'error','This question has not been answered yet.','','','NotImplementedError: Write your answer to q3 here, then delete this line.',0.0041);
INSERT INTO "checks" VALUES('dora_104','foreign','q3-hidden-2',8,'q3',1,0.5,0.0,'error','This question has not been answered yet.','','','NotImplementedError: Write your answer to q3 here, then delete this line.',0.0043);
INSERT INTO "checks" VALUES('eve_105','foreign','q1-check',0,'q1',0,1.0,0.0,'skipped','','There is a function for this.','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q1-hidden-1',1,'q1',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q1-hidden-2',2,'q1',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q2-check',3,'q2',0,1.0,0.0,'skipped','','Multiply.','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q2-hidden-1',4,'q2',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q2-hidden-2',5,'q2',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q3-check',6,'q3',0,1.0,0.0,'skipped','','Texts have methods.','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q3-hidden-1',7,'q3',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('eve_105','foreign','q3-hidden-2',8,'q3',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q1-check',0,'q1',0,1.0,0.0,'skipped','','There is a function for this.','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q1-hidden-1',1,'q1',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q1-hidden-2',2,'q1',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q2-check',3,'q2',0,1.0,0.0,'skipped','','Multiply.','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q2-hidden-1',4,'q2',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q2-hidden-2',5,'q2',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q3-check',6,'q3',0,1.0,0.0,'skipped','','Texts have methods.','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q3-hidden-1',7,'q3',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('gao_106','foreign','q3-hidden-2',8,'q3',1,0.5,0.0,'skipped','','','','',0.0);
INSERT INTO "checks" VALUES('hao_107','foreign','q1-check',0,'q1',0,1.0,1.0,'passed','','There is a function for this.','q1: yes.','q1: yes.',0.0055);
INSERT INTO "checks" VALUES('hao_107','foreign','q1-hidden-1',1,'q1',1,0.5,0.5,'passed','','','','it is 3',0.004);
INSERT INTO "checks" VALUES('hao_107','foreign','q1-hidden-2',2,'q1',1,0.5,0.5,'passed','','','','and twice 6',0.0035);
INSERT INTO "checks" VALUES('hao_107','foreign','q2-check',3,'q2',0,1.0,1.0,'passed','','Multiply.','q2: yes.','q2: yes.',0.0039);
INSERT INTO "checks" VALUES('hao_107','foreign','q2-hidden-1',4,'q2',1,0.5,0.5,'passed','','','','of five 10',0.0034);
INSERT INTO "checks" VALUES('hao_107','foreign','q2-hidden-2',5,'q2',1,0.5,0.5,'passed','','','','of minus -15.0',0.0034);
INSERT INTO "checks" VALUES('hao_107','foreign','q3-check',6,'q3',0,1.0,1.0,'passed','','Texts have methods.','q3: yes.','q3: yes.',0.0046);
INSERT INTO "checks" VALUES('hao_107','foreign','q3-hidden-1',7,'q3',1,0.5,0.5,'passed','','','','word WORD',0.0041);
INSERT INTO "checks" VALUES('hao_107','foreign','q3-hidden-2',8,'q3',1,0.5,0.5,'passed','','','','mixed MIXED 5',0.0039);
INSERT INTO "checks" VALUES('ivy_108','foreign','q1-check',0,'q1',0,1.0,1.0,'passed','','There is a function for this.','q1: yes.','q1: yes.',0.0062);
INSERT INTO "checks" VALUES('ivy_108','foreign','q1-hidden-1',1,'q1',1,0.5,0.5,'passed','','','','it is 3',0.0046);
INSERT INTO "checks" VALUES('ivy_108','foreign','q1-hidden-2',2,'q1',1,0.5,0.5,'passed','','','','and twice 6',0.004);
INSERT INTO "checks" VALUES('ivy_108','foreign','q2-check',3,'q2',0,1.0,1.0,'passed','','Multiply.','q2: yes.','q2: yes.',0.0047);
INSERT INTO "checks" VALUES('ivy_108','foreign','q2-hidden-1',4,'q2',1,0.5,0.5,'passed','','','','of five 10',0.004);
INSERT INTO "checks" VALUES('ivy_108','foreign','q2-hidden-2',5,'q2',1,0.5,0.5,'passed','','','','of minus -15.0',0.0039);
INSERT INTO "checks" VALUES('ivy_108','foreign','q3-check',6,'q3',0,1.0,1.0,'passed','','Texts have methods.','q3: yes.','q3: yes.',0.0042);
INSERT INTO "checks" VALUES('ivy_108','foreign','q3-hidden-1',7,'q3',1,0.5,0.5,'passed','','','','word WORD',0.0037);
INSERT INTO "checks" VALUES('ivy_108','foreign','q3-hidden-2',8,'q3',1,0.5,0.5,'passed','','','','mixed MIXED 5',0.0039);
INSERT INTO "checks" VALUES('jin_109','foreign','q1-check',0,'q1',0,1.0,0.0,'failed','Its output is not the expected one.','There is a function for this.','q1: not yet. Look at every number.','q1: not yet. Look at every number.',0.006);
INSERT INTO "checks" VALUES('jin_109','foreign','q1-hidden-1',1,'q1',1,0.5,0.0,'failed','Its output is not the expected one.','','','it is 1',0.0044);
INSERT INTO "checks" VALUES('jin_109','foreign','q1-hidden-2',2,'q1',1,0.5,0.0,'failed','Its output is not the expected one.','','','and twice 2',0.0042);
INSERT INTO "checks" VALUES('jin_109','foreign','q2-check',3,'q2',0,1.0,1.0,'passed','','Multiply.','q2: yes.','q2: yes.',0.0048);
INSERT INTO "checks" VALUES('jin_109','foreign','q2-hidden-1',4,'q2',1,0.5,0.5,'passed','','','','of five 10',0.0043);
INSERT INTO "checks" VALUES('jin_109','foreign','q2-hidden-2',5,'q2',1,0.5,0.5,'passed','','','','of minus -15.0',0.0042);
INSERT INTO "checks" VALUES('jin_109','foreign','q3-check',6,'q3',0,1.0,1.0,'passed','','Texts have methods.','q3: yes.','q3: yes.',0.0038);
INSERT INTO "checks" VALUES('jin_109','foreign','q3-hidden-1',7,'q3',1,0.5,0.5,'passed','','','','word WORD',0.0041);
INSERT INTO "checks" VALUES('jin_109','foreign','q3-hidden-2',8,'q3',1,0.5,0.5,'passed','','','','mixed MIXED 5',0.0037);
INSERT INTO "checks" VALUES('leeann_101','foreign','q1-check',0,'q1',0,1.0,1.0,'passed','','There is a function for this.','q1: yes.','q1: yes.',0.0059);
INSERT INTO "checks" VALUES('leeann_101','foreign','q1-hidden-1',1,'q1',1,0.5,0.5,'passed','','','','it is 3',0.0043);
INSERT INTO "checks" VALUES('leeann_101','foreign','q1-hidden-2',2,'q1',1,0.5,0.5,'passed','','','','and twice 6',0.0038);
INSERT INTO "checks" VALUES('leeann_101','foreign','q2-check',3,'q2',0,1.0,1.0,'passed','','Multiply.','q2: yes.','q2: yes.',0.0044);
INSERT INTO "checks" VALUES('leeann_101','foreign','q2-hidden-1',4,'q2',1,0.5,0.5,'passed','','','','of five 10',0.0046);
INSERT INTO "checks" VALUES('leeann_101','foreign','q2-hidden-2',5,'q2',1,0.5,0.5,'passed','','','','of minus -15.0',0.0044);
INSERT INTO "checks" VALUES('leeann_101','foreign','q3-check',6,'q3',0,1.0,1.0,'passed','','Texts have methods.','q3: yes.','q3: yes.',0.0043);
INSERT INTO "checks" VALUES('leeann_101','foreign','q3-hidden-1',7,'q3',1,0.5,0.5,'passed','','','','word WORD',0.0038);
INSERT INTO "checks" VALUES('leeann_101','foreign','q3-hidden-2',8,'q3',1,0.5,0.5,'passed','','','','mixed MIXED 5',0.004);
INSERT INTO "checks" VALUES('wang_102','foreign','q1-check',0,'q1',0,1.0,1.0,'passed','','There is a function for this.','q1: yes.','q1: yes.',0.0062);
INSERT INTO "checks" VALUES('wang_102','foreign','q1-hidden-1',1,'q1',1,0.5,0.5,'passed','','','','it is 3',0.0041);
INSERT INTO "checks" VALUES('wang_102','foreign','q1-hidden-2',2,'q1',1,0.5,0.5,'passed','','','','and twice 6',0.0042);
INSERT INTO "checks" VALUES('wang_102','foreign','q2-check',3,'q2',0,1.0,1.0,'passed','','Multiply.','q2: yes.','q2: yes.',0.0046);
INSERT INTO "checks" VALUES('wang_102','foreign','q2-hidden-1',4,'q2',1,0.5,0.5,'passed','','','','of five 10',0.0043);
INSERT INTO "checks" VALUES('wang_102','foreign','q2-hidden-2',5,'q2',1,0.5,0.5,'passed','','','','of minus -15.0',0.0043);
INSERT INTO "checks" VALUES('wang_102','foreign','q3-check',6,'q3',0,1.0,0.0,'error','This cell raised an error.','Texts have methods.','NameError: name ''shout'' is not defined','NameError: name ''shout'' is not defined',0.0044);
INSERT INTO "checks" VALUES('wang_102','foreign','q3-hidden-1',7,'q3',1,0.5,0.0,'error','This cell raised an error.','','','NameError: name ''shout'' is not defined',0.0042);
INSERT INTO "checks" VALUES('wang_102','foreign','q3-hidden-2',8,'q3',1,0.5,0.0,'error','This cell raised an error.','','','NameError: name ''shout'' is not defined',0.0041);
CREATE TABLE manual (
    student TEXT NOT NULL, notebook TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    max_points REAL NOT NULL, earned REAL, comment TEXT NOT NULL DEFAULT '',
    marker TEXT NOT NULL DEFAULT '', marked_at REAL,
    PRIMARY KEY (student, notebook, question)) WITHOUT ROWID;
INSERT INTO "manual" VALUES('chen_103','foreign','d1','Why?

*Write your answer here.*',2.0,NULL,'','',NULL);
INSERT INTO "manual" VALUES('dora_104','foreign','d1','Why?

I do not know.',2.0,NULL,'','',NULL);
INSERT INTO "manual" VALUES('eve_105','foreign','d1','',2.0,NULL,'','',NULL);
INSERT INTO "manual" VALUES('gao_106','foreign','d1','',2.0,NULL,'','',NULL);
INSERT INTO "manual" VALUES('hao_107','foreign','d1','Why?

A longer answer.',2.0,1.0,'Short.','Wei',1.79572031926192498207e+09);
INSERT INTO "manual" VALUES('ivy_108','foreign','d1','Why?

Because <b>trust</b> grows & grows, 因为.',2.0,NULL,'','Wei',1.79572031946509432787e+09);
INSERT INTO "manual" VALUES('jin_109','foreign','d1','Why?

Because <b>trust</b> grows & grows, 因为.',2.0,0.0,'','Wei',1.79572031926192498207e+09);
INSERT INTO "manual" VALUES('leeann_101','foreign','d1','Why?

Because <b>trust</b> grows & grows, 因为.',2.0,1.5,'Clear.','Wei',1.79572031926192498207e+09);
INSERT INTO "manual" VALUES('wang_102','foreign','d1','Why?

Because <b>trust</b> grows & grows, 因为.',2.0,2.0,'Say <b>how</b>.','Wei',1.79572031926192498207e+09);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('marked ["hao_107", "foreign", "d1"]','c6b5b033aaa7');
INSERT INTO "meta" VALUES('marked ["jin_109", "foreign", "d1"]','c6b5b033aaa7');
INSERT INTO "meta" VALUES('marked ["leeann_101", "foreign", "d1"]','c6b5b033aaa7');
INSERT INTO "meta" VALUES('marked ["wang_102", "foreign", "d1"]','c6b5b033aaa7');
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE notebooks (
    notebook TEXT PRIMARY KEY, title TEXT NOT NULL, max_points REAL NOT NULL, digest TEXT NOT NULL,
    questions TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "notebooks" VALUES('foreign','Numbers',6.0,'547f0e4d28a40a1c6a443060594da6a2bfe0b005614d605914d7b2e7d12e5553','[{"question": "q1", "title": "The largest number", "tier": "A", "points": 2.0, "manual": false}, {"question": "q2", "title": "Double", "tier": "B", "points": 2.0, "manual": false}, {"question": "q3", "title": "Shout", "tier": "C", "points": 2.0, "manual": false}, {"question": "d1", "title": "Why", "tier": "", "points": 2.0, "manual": true, "rubric": "claim 1, reason 1"}]');
CREATE TABLE submissions (
    student TEXT NOT NULL, notebook TEXT NOT NULL, path TEXT, digest TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, points REAL NOT NULL, max_points REAL NOT NULL,
    notices TEXT NOT NULL, seconds REAL NOT NULL, sandboxed INTEGER NOT NULL, submitted_at REAL,
    graded_at REAL NOT NULL, versions TEXT NOT NULL,
    PRIMARY KEY (student, notebook)) WITHOUT ROWID;
INSERT INTO "submissions" VALUES('chen_103','foreign','in/chen_103_9003_foreign.ipynb','ac84fa644e7de6a665fe6f554a94c1ccf30aba99518e408b5c72ce5b753af332','graded','',4.0,6.0,'[]',0.1628,1,1772330400.0,1.7957203183590240478e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('dora_104','foreign','in/dora_104_9004_foreign.ipynb','a4a26899851c762f2872d8cf86aa12560d6d7ba1e471a17dd3c43aeb411b3217','graded','',0.0,6.0,'[]',0.0985,1,1772334000.0,1.79572031845940351482e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('eve_105','foreign','in/eve_105_9005_foreign.ipynb','c4e3d1df4ba79d6f6384f63162f8014a1bc88ece4d5950cf7af18aec2d3bc3c8','unreadable','The file is not JSON (line 1); it is no notebook, or it is damaged.',0.0,6.0,'[]',0.0,1,1772337600.0,1.79572031846055507661e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('gao_106','foreign',NULL,'1f13bc4e185d5a97335ad138950caeebf7951ffb2287c188201cee5c00fdc4a6','missing','Nothing was handed in.',0.0,6.0,'[]',0.0,1,NULL,1.79572031845962071421e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('hao_107','foreign','in/hao_107_9007_foreign.ipynb','7d7ec9df2b7ba9b099d50bfc395035fa3e7682bfc614629e1677e69adfc0a130','graded','',6.0,6.0,'[]',0.1049,1,1772344800.0,1.79572032040296149257e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('ivy_108','foreign','in/ivy_108_9008_foreign.ipynb','5ce1bea12003a94e656a4840046e89c03cccf79113808b30e840fb397c1d5e5b','graded','',6.0,6.0,'[]',0.0938,1,1772348400.0,1.79572031864476084703e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('jin_109','foreign','in/jin_109_9009_foreign.ipynb','16968fb64ccead296ec2f3192396a71c59f557fa60944cf013f4d5046bdb8e49','graded','',4.0,6.0,'[]',0.0917,1,1772532000.0,1.79572031873811101916e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('leeann_101','foreign','in/leeann_101_9001_foreign.ipynb','9703b9cb45857fe2f43959aca4acacdf2cfb14dc45528d6aa413e3073876cfb8','graded','',6.0,6.0,'[]',0.0904,1,1772323200.0,1.79572031883029031755e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
INSERT INTO "submissions" VALUES('wang_102','foreign','in/wang_LATE_102_9002_foreign.ipynb','20df32664b26776df6b1587a980ed961dbf228f792c505bb5f87679f3a9d70f2','graded','',4.0,6.0,'[]',0.1661,1,1772326800.0,1.79572031899700093266e+09,'{"grader": 3, "ipykernel": "7.4.0", "ipython": "9.18.1", "nbval": "0.11.0", "python": "3.11.7"}');
COMMIT;
